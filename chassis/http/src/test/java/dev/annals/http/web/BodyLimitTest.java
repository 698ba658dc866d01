package dev.annals.http.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.annals.base.problem.Problem;
import dev.annals.base.problem.Refusal;
import dev.annals.base.start.Uploads;
import dev.annals.base.web.BodyProperties;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.util.unit.DataSize;

/** Tests that concurrent large bodies stay within their memory budget. */
class BodyLimitTest {

  private static final int SMALL = 16 * 1024;
  private static final int LARGE = 100 * 1024;

  private final MemoryBudget budget = new MemoryBudget(4 * 8 * LARGE, 4 * 8 * LARGE, Duration.ZERO);
  private final BodyLimit limit =
      new BodyLimit(new BodyProperties(DataSize.ofMegabytes(25)), new Uploads(""), budget);

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void refusesALargeBodyAboveTheBudgetAsUnavailable(boolean chunked) throws Exception {
    assertThatThrownBy(() -> handle(LARGE, chunked, 3))
        .isInstanceOfSatisfying(
            Refusal.class,
            refusal -> assertThat(refusal.problem()).isEqualTo(Problem.TOO_MANY_REQUESTS));

    assertThat(budget.free()).isEqualTo(4 * 8 * LARGE);
    handle(LARGE, chunked, 2);
    assertThat(budget.free()).isEqualTo(4 * 8 * LARGE);
  }

  @Test
  void acceptsSmallBodiesWhileLargeOnesUseTheWholeBudget() throws Exception {
    pass(
        request(LARGE, true),
        (one, answer) ->
            pass(
                request(LARGE, true),
                (two, other) -> {
                  assertThat(budget.free()).isEqualTo(2 * 8 * LARGE);
                  handle(SMALL, true, 100);
                }));
  }

  @Test
  void takesNothingForABodyThatIsNotRead() throws Exception {
    pass(
        request(LARGE, false),
        (request, answer) -> assertThat(budget.free()).isEqualTo(4 * 8 * LARGE));
  }

  /** Handles nested requests, each begun before the previous one has ended. */
  private void handle(int bytes, boolean chunked, int count) {
    if (count > 0) {
      pass(
          request(bytes, chunked),
          (request, answer) -> {
            assertThat(request.getInputStream().readAllBytes()).hasSize(bytes);
            handle(bytes, chunked, count - 1);
          });
    }
  }

  private void pass(MockHttpServletRequest request, FilterChain chain) {
    try {
      limit.doFilter(request, new MockHttpServletResponse(), chain);
    } catch (IOException | ServletException e) {
      throw new IllegalStateException(e);
    }
  }

  private static MockHttpServletRequest request(int bytes, boolean chunked) {
    MockHttpServletRequest request = new MockHttpServletRequest("POST", "/notes");
    request.setContent(new byte[bytes]);
    if (chunked) {
      request.addHeader("Transfer-Encoding", "chunked");
    }
    return request;
  }
}
