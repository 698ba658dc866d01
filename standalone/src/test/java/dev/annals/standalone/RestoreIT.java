package dev.annals.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Restores an older PostgreSQL beside a newer MongoDB. */
@Tag("long")
class RestoreIT {

  private static final String CREDENTIALS =
      "\"email\":\"anna@example.org\",\"password\":\"correct horse battery\"";

  @TempDir private Path folder;

  private final HttpClient http = HttpClient.newHttpClient();

  @Test
  void discardsChangesAfterTheBackupInAllStoresAndContinuesSequences() throws Exception {
    Path data = folder.toRealPath().resolve("data");
    Path postgres = data.resolve("postgres");
    Path backup = folder.toRealPath().resolve("backup");
    try (AnnalsProcess annals = AnnalsProcess.on(data).embedded().start().awaitReady()) {
      URI url = annals.baseUrl();
      post(url, "/auth/register", "", "{" + CREDENTIALS + ",\"displayName\":\"Anna\"}");
      String token = logIn(url);
      post(url, "/notes", token, "{\"title\":\"before\"}");
      await().untilAsserted(() -> assertThat(titles(url, token)).containsExactly("before"));
      stop(annals);
    }
    run("cp", "-a", postgres.toString(), backup.toString());
    long gone;
    try (AnnalsProcess annals = AnnalsProcess.on(data).embedded().start().awaitReady()) {
      URI url = annals.baseUrl();
      String token = logIn(url);
      post(url, "/notes", token, "{\"title\":\"gone\"}");
      await().untilAsserted(() -> assertThat(numbers(url, token)).hasSize(2));
      gone = numbers(url, token).get(1);
      stop(annals);
    }
    run("rm", "-r", postgres.toString());
    run("cp", "-a", backup.toString(), postgres.toString());
    try (AnnalsProcess annals = AnnalsProcess.on(data).embedded().start().awaitReady()) {
      URI url = annals.baseUrl();
      String token = logIn(url);
      HttpResponse<String> created = post(url, "/notes", token, "{\"title\":\"after\"}");
      String change = created.headers().firstValue("Consistency-Token").orElseThrow();

      await()
          .atMost(Duration.ofMinutes(1))
          .untilAsserted(
              () -> {
                HttpResponse<String> list = get(url, "/notes?sort=title,asc", token, change);
                assertThat(list.statusCode()).isEqualTo(200);
                assertThat(titles(list)).containsExactly("after", "before");
                assertThat(get(url, "/notifications", token, change).statusCode()).isEqualTo(200);
              });
      assertThat(numbers(url, token)).hasSize(2).doesNotContain(gone).contains(1L);
      assertThat(numbers(url, token).get(1)).isGreaterThan(gone);
      assertThat(annals.output())
          .contains("notes has read events that are not in the event store")
          .contains("notifications is cut back to the stored events");
    }
  }

  private static void stop(AnnalsProcess annals) {
    annals.terminate();
    assertThat(annals.exitCode()).isEqualTo(143);
  }

  private static void run(String... command) throws Exception {
    assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
  }

  private String logIn(URI url) throws Exception {
    return JsonMapper.shared()
        .readTree(post(url, "/auth/login", "", "{" + CREDENTIALS + "}").body())
        .get("accessToken")
        .asString();
  }

  private List<String> titles(URI url, String token) throws Exception {
    return titles(get(url, "/notes", token, ""));
  }

  private static List<String> titles(HttpResponse<String> list) {
    return content(list).stream().map(it -> it.get("title").asString()).toList();
  }

  private List<Long> numbers(URI url, String token) throws Exception {
    return content(get(url, "/notifications?after=0", token, "")).stream()
        .map(it -> it.get("sequence").asLong())
        .toList();
  }

  private static List<JsonNode> content(HttpResponse<String> list) {
    assertThat(list.statusCode()).as(list.body()).isEqualTo(200);
    JsonNode content = JsonMapper.shared().readTree(list.body()).get("content");
    return StreamSupport.stream(content.spliterator(), false).toList();
  }

  private HttpResponse<String> post(URI url, String path, String token, String body)
      throws Exception {
    HttpResponse<String> answer =
        http.send(
            request(url, path, token)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body))
                .build(),
            BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 299);
    return answer;
  }

  private HttpResponse<String> get(URI url, String path, String token, String change)
      throws Exception {
    HttpRequest.Builder request = request(url, path, token);
    if (!change.isEmpty()) {
      request.header("Consistency-Token", change);
    }
    return http.send(request.build(), BodyHandlers.ofString());
  }

  private static HttpRequest.Builder request(URI url, String path, String token) {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url + path));
    return token.isEmpty() ? request : request.header("Authorization", "Bearer " + token);
  }
}
