package dev.annals.base.start;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HealthProbeTest {

  @ParameterizedTest
  @CsvSource({"200, true", "503, false"})
  void isReadyIfReadinessAnswers200(int status, boolean ready) throws Exception {
    HttpServer program =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    program.createContext(
        "/actuator/health/readiness",
        exchange -> {
          exchange.sendResponseHeaders(status, -1);
          exchange.close();
        });
    program.start();
    try {
      assertThat(isReady(program.getAddress().getPort())).isEqualTo(ready);
    } finally {
      program.stop(0);
    }
  }

  @Test
  void isNotReadyIfTheConnectionIsRefused() {
    assertThat(isReady(1)).isFalse();
  }

  private static boolean isReady(int port) {
    return HealthProbe.isReady(Map.of("MANAGEMENT_SERVER_PORT", Integer.toString(port)));
  }
}
