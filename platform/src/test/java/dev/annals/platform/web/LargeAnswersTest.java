package dev.annals.platform.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.annals.platform.problem.Problem;
import dev.annals.platform.problem.Refusal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class LargeAnswersTest {

  private static final UUID ANN = new UUID(1, 1);
  private static final UUID BEN = new UUID(1, 2);

  private final LargeAnswers answers = new LargeAnswers();
  private final ByteArrayOutputStream sent = new ByteArrayOutputStream();

  @Test
  void ofStreamsAUserGetsFourAtATime() throws IOException {
    assertThatThrownBy(() -> streams(ANN, 5))
        .isInstanceOfSatisfying(
            Refusal.class,
            refusal -> assertThat(refusal.problem()).isEqualTo(Problem.TOO_MANY_REQUESTS));
    assertThat(sent.toByteArray()).hasSize(4);

    streams(ANN, 4);
    assertThat(sent.toByteArray()).hasSize(8);
  }

  @Test
  void aUserWhoGetsEnoughTakesNothingFromAnother() throws IOException {
    answers.stream(ANN, out -> answers.stream(ANN, inner -> streams(BEN, 4)).writeTo(out))
        .writeTo(sent);

    assertThat(sent.toByteArray()).hasSize(4);
  }

  /** So many, each of which begins before the one before it has ended. */
  private void streams(UUID user, int count) throws IOException {
    if (count > 0) {
      answers.stream(
              user,
              out -> {
                out.write(1);
                streams(user, count - 1);
              })
          .writeTo(sent);
    }
  }
}
