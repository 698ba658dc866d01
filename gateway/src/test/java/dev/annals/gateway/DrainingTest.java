package dev.annals.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Shutdown with {@code annals.drain}. */
@Timeout(60)
class DrainingTest {

  @Test
  void answersRequestsWithConnectionCloseWhileReadyzSays503() throws Exception {
    try (TestSide side = TestSide.named("side");
        RunningGateway gateway =
            RunningGateway.before(side.port(), side.port(), "--annals.drain=4s")) {
      assertThat(gateway.send(gateway.request("POST", "/notes")).headers().map())
          .doesNotContainKey("connection");

      Thread stopping = new Thread(gateway::close);
      stopping.start();
      await()
          .untilAsserted(
              () ->
                  assertThat(gateway.send(gateway.request("GET", "/readyz")).statusCode())
                      .isEqualTo(503));

      var answer = gateway.send(gateway.request("POST", "/notes"));
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.headers().allValues("Connection")).containsExactly("close");
      stopping.join();
    }
  }
}
