package dev.annals.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The number of time series does not depend on the requests. */
class MetricsTest {

  @Test
  void addsNoTimeSeriesForOtherMethodsPathsOrHeaders() throws Exception {
    try (TestSide side = TestSide.named("side");
        RunningGateway gateway = RunningGateway.before(side.port(), side.port())) {
      send(gateway, "first");
      Set<String> before = series(gateway);
      for (int i = 0; i < 20; i++) {
        send(gateway, "x" + i);
      }
      assertThat(series(gateway)).isEqualTo(before);
      assertThat(before)
          .anyMatch(line -> line.contains("httpMethod=\"GET\""))
          .anyMatch(line -> line.contains("httpMethod=\"UNKNOWN\""))
          .noneMatch(line -> line.contains("first"));
    }
  }

  /** Puts a word into each part of a request that a client chooses. */
  private static void send(RunningGateway gateway, String word) {
    for (String method : new String[] {"GET", "POST", word.toUpperCase(java.util.Locale.ROOT)}) {
      for (String path : new String[] {"/notes/", "/auth/", "/tasks/x/attachments/", "/"}) {
        gateway.send(
            gateway
                .request(method, path + word + "?" + word + "=" + word)
                .header("User-Agent", word)
                .header("X-Forwarded-For", word)
                .header("Origin", "http://" + word)
                .header("traceparent", word)
                .header(word, word));
        gateway.send(gateway.anonymous(method, path + word));
      }
    }
  }

  private static Set<String> series(RunningGateway gateway) throws Exception {
    URI metrics =
        URI.create(
            "http://localhost:%s/actuator/prometheus"
                .formatted(
                    gateway.context().getEnvironment().getProperty("local.management.port")));
    // A scrape is counted after its response.
    String text =
        await()
            .until(
                () ->
                    gateway
                        .client()
                        .send(HttpRequest.newBuilder(metrics).build(), BodyHandlers.ofString(UTF_8))
                        .body(),
                scraped -> scraped.contains("uri=\"/actuator/prometheus\""));
    return text.lines()
        .filter(line -> !line.startsWith("#"))
        // Tagged with the names of collectors and memory pools, which may appear later.
        .filter(line -> !line.startsWith("jvm_"))
        .map(line -> line.substring(0, line.lastIndexOf(' ')))
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
