package dev.annals.http.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.annals.http.sample.HttpTest;
import io.micrometer.core.instrument.LongTaskTimer;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.tracing.Tracer;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.ApplicationContext;

class RequestMetricsTest extends HttpTest {

  @Autowired private MeterRegistry meters;
  @Autowired private ApplicationContext context;

  @ParameterizedTest
  @CsvSource({
    "GET, /samples/11111111-1111-4111-8111-111111111111, 0, /samples/{id}, 200, SUCCESS, GET",
    "GET, /samples/x, 0, /samples/{id}, 404, CLIENT_ERROR, GET",
    "GET, /nothing, 0, /**, 404, CLIENT_ERROR, GET",
    "GET, /swagger-ui.html, 0, /swagger-ui.html, 302, REDIRECTION, GET",
    "GET, /stream, 0, /stream, 200, SUCCESS, GET",
    "GET, /fails/no-database, 0, /fails/{how}, 503, SERVER_ERROR, GET",
    "DELETE, /administered, 0, UNKNOWN, 403, CLIENT_ERROR, DELETE",
    "POST, /samples, 1048577, UNKNOWN, 413, CLIENT_ERROR, POST",
    "BREW, /samples, 0, UNKNOWN, 405, CLIENT_ERROR, UNKNOWN",
  })
  void countsEachRequestOnce(
      String method, String path, int size, String uri, String status, String outcome, String tag)
      throws Exception {
    List<String> tags =
        List.of(
            "error",
            "none",
            "exception",
            "none",
            "method",
            tag,
            "outcome",
            outcome,
            "status",
            status,
            "uri",
            uri);
    long before = count(tags);

    HttpRequest.Builder request =
        http.as("USER", path).method(method, BodyPublishers.ofString("x".repeat(size)));
    assertThat(http.send(request).statusCode()).hasToString(status);

    await().untilAsserted(() -> assertThat(count(tags)).isEqualTo(before + 1));
    await().untilAsserted(() -> assertThat(active()).isZero());
  }

  @Test
  void tracesNothingWithoutAnEndpoint() {
    assertThat(context.getBeansOfType(Tracer.class)).isEmpty();
    assertThat(context.containsBean("webMvcObservationFilter")).isFalse();
  }

  private long count(List<String> tags) {
    return meters.find("http.server.requests").tags(tags.toArray(String[]::new)).timers().stream()
        .mapToLong(Timer::count)
        .sum();
  }

  private int active() {
    return meters.find("http.server.requests.active").longTaskTimers().stream()
        .mapToInt(LongTaskTimer::activeTasks)
        .sum();
  }
}
