package dev.annals.http.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.annals.base.problem.Problem;
import dev.annals.base.problem.Refusal;
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

  private final LargeResponses responses = new LargeResponses();
  private final ByteArrayOutputStream sent = new ByteArrayOutputStream();

  @Test
  void allowsEightConcurrentStreamsOfAUser() throws IOException {
    assertTooMany(() -> streams(ANN, 9));
    assertThat(sent.toByteArray()).hasSize(8);

    streams(ANN, 8);
    assertThat(sent.toByteArray()).hasSize(16);
  }

  @Test
  void countsTheStreamsOfEachUserSeparately() throws IOException {
    responses.stream(ANN, out -> responses.stream(ANN, inner -> streams(BEN, 8)).writeTo(out))
        .writeTo(sent);

    assertThat(sent.toByteArray()).hasSize(8);
  }

  @Test
  void allowsSixteenConcurrentReadsAndSixReservationsOfAUser() {
    inOneRequest(
        () -> {
          times(16, () -> responses.begin(ANN));
          times(6, () -> responses.reserve(ANN, 1));

          assertTooMany(() -> responses.begin(ANN));
          assertTooMany(() -> responses.reserve(ANN, 1));
          responses.begin(BEN);
          responses.reserve(BEN, 1);
        });

    inOneRequest(
        () -> {
          times(16, () -> responses.begin(ANN));
          times(6, () -> responses.reserve(ANN, 1));
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

  /** Writes nested streams, each begun before the previous one has ended. */
  private void streams(UUID user, int count) throws IOException {
    if (count > 0) {
      responses.stream(
              user,
              out -> {
                out.write(1);
                streams(user, count - 1);
              })
          .writeTo(sent);
    }
  }
}
