package dev.annals.standalone.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.annals.standalone.AnnalsProcess;
import dev.annals.standalone.Postbox;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An accepted mail is sent after a kill during an outage of the mail server. */
@Tag("long")
class RestartWithMailDueIT {

  @TempDir private Path folder;

  @AfterEach
  void theMailServerIsThere() {
    Postbox.get().start();
  }

  @Test
  void sendsEachDueMailOnceAfterARestart() throws Exception {
    Path data = folder.toRealPath().resolve("data");
    String email = Annals.newEmail();
    Postbox.get().stop();
    try (AnnalsProcess killed = program(data).start().awaitReady()) {
      Client anybody = new Client(killed.baseUrl(), Map.of());
      anybody
          .post("/auth/register", Annals.registration(email, Annals.PASSWORD, "Ada"))
          .expect(201);
      anybody.post("/auth/forgot-password", Json.object("email", email)).expect(202);
      killed.kill9();

      Postbox.get().start();
      try (AnnalsProcess next = program(data).start().awaitReady()) {
        // An interrupted attempt is repeated after half a minute.
        await().atMost(Duration.ofSeconds(60)).until(() -> Postbox.get().to(email).size() == 2);
        assertThat(Postbox.get().to(email))
            .extracting(Postbox.Mail::subject)
            .containsExactlyInAnyOrder("A new password for Annals", Annals.VERIFICATION);
        Client again = new Client(next.baseUrl(), Map.of());
        again.post("/auth/forgot-password", Json.object("email", email)).expect(202);
        await().atMost(Duration.ofSeconds(20)).until(() -> Postbox.get().to(email).size() >= 3);
        assertThat(Postbox.get().to(email)).hasSize(3);
      }
    }
  }

  private static AnnalsProcess.Builder program(Path data) {
    return AnnalsProcess.on(data)
        .embedded()
        .with("ANNALS_IDENTITY_BCRYPT_COST", "4")
        .with(Postbox.get().variables());
  }
}
