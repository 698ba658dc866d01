package dev.annals.platform.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.annals.platform.problem.Problem;
import dev.annals.platform.problem.Refusal;
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

/** Large bodies that are handled at a time fit into their part of the heap. */
class BodyLimitTest {

  private static final int SMALL = 16 * 1024;
  private static final int LARGE = 100 * 1024;

  private final MemoryBudget room = new MemoryBudget(4 * 8 * LARGE, 4 * 8 * LARGE, Duration.ZERO);
  private final BodyLimit limit = new BodyLimit(DataSize.ofMegabytes(25), room);

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void one_large_body_too_many_is_to_come_again(boolean chunked) throws Exception {
    assertThatThrownBy(() -> handle(LARGE, chunked, 3))
        .isInstanceOfSatisfying(
            Refusal.class,
            refusal -> assertThat(refusal.problem()).isEqualTo(Problem.TOO_MANY_REQUESTS));

    assertThat(room.free()).isEqualTo(4 * 8 * LARGE);
    handle(LARGE, chunked, 2);
    assertThat(room.free()).isEqualTo(4 * 8 * LARGE);
  }

  @Test
  void small_ones_pass_when_large_ones_have_all_of_it() throws Exception {
    pass(
        request(LARGE, true),
        (one, answer) ->
            pass(
                request(LARGE, true),
                (two, other) -> {
                  assertThat(room.free()).isEqualTo(2 * 8 * LARGE);
                  handle(SMALL, true, 100);
                }));
  }

  @Test
  void one_that_is_not_read_takes_none_of_it() throws Exception {
    pass(
        request(LARGE, false),
        (request, answer) -> assertThat(room.free()).isEqualTo(4 * 8 * LARGE));
  }

  /** So many, each of which begins before the one before it has ended. */
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
