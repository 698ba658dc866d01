package dev.annals.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class StartTest {

  @Test
  void withoutAUrlItEndsWithOneSentenceAndExitCode1() throws Exception {
    ProcessBuilder start =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            Gateway.class.getName(),
            "--server.port=0",
            "--management.server.port=0");
    start.environment().put("ANNALS_GATEWAY_COMMAND_URL", "http://localhost:8080");
    Process process = start.redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
    try {
      assertThat(new String(process.getErrorStream().readAllBytes(), UTF_8))
          .isEqualToIgnoringNewLines(
              "The property annals.gateway.query-url has to be the URL of that side,"
                  + " such as http://localhost:8080.\n");
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isEqualTo(1);
    } finally {
      process.destroyForcibly();
    }
  }
}
