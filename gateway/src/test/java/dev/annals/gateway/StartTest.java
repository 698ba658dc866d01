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
    ProcessBuilder start =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            Gateway.class.getName(),
            "--server.port=0",
            "--management.server.port=0");
    start.environment().put("ANNALS_GATEWAY_COMMANDS", "http://localhost:8080,http://other:8080");
    Process process = start.redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
    try {
      assertThat(new String(process.getErrorStream().readAllBytes(), UTF_8))
          .isEqualToIgnoringNewLines(
              "The property annals.gateway.queries has to be URLs of back ends such as"
                  + " http://localhost:8080, separated by commas.\n");
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isEqualTo(1);
    } finally {
      process.destroyForcibly();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "no url", "localhost:8080", "ftp://side", "http://side/path"})
  void refusesAnInvalidBackEndUrlAndNamesItsProperty(String url) {
    assertThatThrownBy(() -> properties(SIDE, List.of("http://localhost:8080", url), List.of()))
        .hasMessage(
            "The property annals.gateway.queries has to be URLs of back ends such as"
                + " http://localhost:8080, separated by commas.");
  }

  @ParameterizedTest
  @ValueSource(strings = {"*", "null", "https://notes.example.org/", "notes.example.org"})
  void refusesAnInvalidOriginAndNamesItsProperty(String origin) {
    assertThatThrownBy(() -> properties(SIDE, SIDE, List.of(origin)))
        .hasMessage(
            "The property annals.gateway.origins has to be origins such as"
                + " https://notes.example.org, separated by commas.");
  }

  private static GatewayProperties properties(
      List<String> commands, List<String> queries, List<String> origins) {
    return new GatewayProperties(commands, List.of(), queries, origins, Duration.ofSeconds(60));
  }
}
