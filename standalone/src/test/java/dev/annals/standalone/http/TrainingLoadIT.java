package dev.annals.standalone.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.annals.standalone.TrainingLoad;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Sends one round of the requests that a program is trained with. */
@ExtendWith(Deployment.class)
class TrainingLoadIT {

  private final Annals annals;

  TrainingLoadIT(Annals annals) {
    this.annals = annals;
  }

  @Test
  void getsTheExpectedAnswers() throws Exception {
    long requests =
        new TrainingLoad(
                annals.url(),
                annals.url(),
                Annals.ADMIN.get("ANNALS_ADMIN_EMAIL"),
                Annals.ADMIN.get("ANNALS_ADMIN_PASSWORD"))
            .run(1, Duration.ZERO);
    assertThat(requests).isBetween(140L, 400L);
  }
}
