package dev.annals.query;

import static org.assertj.core.api.Assertions.assertThat;

import dev.annals.base.security.Role;
import dev.annals.http.security.TestTokens;
import dev.annals.projection.model.TestMongo;
import dev.annals.servers.StompClient;
import dev.annals.servers.StreamClient;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/** The end of connections and streams when the program stops. */
class ShutdownTest {

  private static final int GOING_AWAY = 1001;

  @Test
  void endsConnectionsAndStreamsAndWaitsForNoOthersWhenTheProgramStops() {
    try (TestMongo mongo = new TestMongo();
        ConfigurableApplicationContext program = start(mongo)) {
      int port = program.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
      String token = TestTokens.of(UUID.randomUUID(), Role.USER);
      try (StompClient silent = StompClient.open(port);
          StompClient client = StompClient.connected(port, token).subscribed();
          StreamClient stream = StreamClient.open(port, "/notifications/stream", token).begun()) {
        Instant before = Instant.now();
        program.close();
        assertThat(Duration.between(before, Instant.now())).isLessThan(Duration.ofSeconds(10));

        stream.ends("shutdown");
        assertThat(client.closed().orTimeout(5, TimeUnit.SECONDS).join()).isEqualTo(GOING_AWAY);
        assertThat(silent.closed().orTimeout(5, TimeUnit.SECONDS).join()).isEqualTo(GOING_AWAY);
        client.hasNothingMore();
      }
    }
  }

  private static ConfigurableApplicationContext start(TestMongo mongo) {
    return new SpringApplicationBuilder(QueryProgram.class)
        .run(
            "--server.port=0",
            "--management.server.port=-1",
            "--spring.mongodb.uri=" + TestMongo.uri(),
            "--spring.mongodb.database=" + mongo.name(),
            "--annals.read-model.guarded=" + TestMongo.real());
  }
}
