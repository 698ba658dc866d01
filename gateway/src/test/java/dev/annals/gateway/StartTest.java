package dev.annals.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StartTest {

  private static final List<String> SIDE = List.of("http://localhost:8080");

  @Test
  void exitsWith1AndOneSentenceWithoutAUrlOfQueries() throws Exception {
    assertFails(
        "ANNALS_GATEWAY_COMMANDS",
        "http://localhost:8080,http://other:8080",
        "The property annals.gateway.queries has to be URLs of back ends such as"
            + " http://localhost:8080, separated by commas.\n");
  }

  @Test
  void exitsWith1AndOneSentenceIfTheOriginsHaveTheirFormerName() throws Exception {
    assertFails(
        "ANNALS_GATEWAY_ORIGINS",
        "https://notes.example.org",
        "The property annals.gateway.origins is now named annals.cors.origins.\n");
  }

  private static void assertFails(String variable, String value, String sentence) throws Exception {
    ProcessBuilder start =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            Gateway.class.getName(),
            "--server.port=0",
            "--management.server.port=0");
    start.environment().put(variable, value);
    Process process = start.redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
    try {
      assertThat(new String(process.getErrorStream().readAllBytes(), UTF_8))
          .isEqualToIgnoringNewLines(sentence);
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isEqualTo(1);
    } finally {
      process.destroyForcibly();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "no url", "localhost:8080", "ftp://side", "http://side/path"})
  void refusesAnInvalidBackEndUrlAndNamesItsProperty(String url) {
    assertThatThrownBy(() -> properties(SIDE, List.of("http://localhost:8080", url)))
        .hasMessage(
            "The property annals.gateway.queries has to be URLs of back ends such as"
                + " http://localhost:8080, separated by commas.");
  }

  private static GatewayProperties properties(List<String> commands, List<String> queries) {
    return new GatewayProperties(commands, List.of(), queries, Duration.ofSeconds(60));
  }
}
