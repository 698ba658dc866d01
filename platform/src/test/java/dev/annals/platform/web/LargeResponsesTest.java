package dev.annals.platform.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.annals.platform.problem.Problem;
import dev.annals.platform.problem.Refusal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;

class LargeResponsesTest {

  private static final UUID ANN = new UUID(1, 1);
  private static final UUID BEN = new UUID(1, 2);

  private final LargeResponses answers = new LargeResponses();
  private final ByteArrayOutputStream sent = new ByteArrayOutputStream();

  @Test
  void ofStreamsAUserGetsEightAtATime() throws IOException {
    assertTooMany(() -> streams(ANN, 9));
    assertThat(sent.toByteArray()).hasSize(8);

    streams(ANN, 8);
    assertThat(sent.toByteArray()).hasSize(16);
  }

  @Test
  void aUserWhoGetsEnoughTakesNothingFromAnother() throws IOException {
    answers.stream(ANN, out -> answers.stream(ANN, inner -> streams(BEN, 8)).writeTo(out))
        .writeTo(sent);

    assertThat(sent.toByteArray()).hasSize(8);
  }

  @Test
  void aUserGetsSixteenReadsAtATimeSixOfWhichAreHeld() {
    inOneRequest(
        () -> {
          times(16, () -> answers.begin(ANN));
          times(6, () -> answers.reserve(ANN, 1));

          assertTooMany(() -> answers.begin(ANN));
          assertTooMany(() -> answers.reserve(ANN, 1));
          answers.begin(BEN);
          answers.reserve(BEN, 1);
        });

    inOneRequest(
        () -> {
          times(16, () -> answers.begin(ANN));
          times(6, () -> answers.reserve(ANN, 1));
        });
  }

  private static void inOneRequest(Runnable work) {
    ServletRequestAttributes request = new ServletRequestAttributes(new MockHttpServletRequest());
    RequestContextHolder.setRequestAttributes(request);
    try {
      work.run();
    } finally {
      request.requestCompleted();
      RequestContextHolder.resetRequestAttributes();
    }
  }

  private static void times(int count, Runnable work) {
    for (int i = 0; i < count; i++) {
      work.run();
    }
  }

  private static void assertTooMany(ThrowingCallable work) {
    assertThatThrownBy(work)
        .isInstanceOfSatisfying(
            Refusal.class,
            refusal -> assertThat(refusal.problem()).isEqualTo(Problem.TOO_MANY_REQUESTS));
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
