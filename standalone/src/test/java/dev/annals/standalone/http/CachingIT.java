package dev.annals.standalone.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Compares the coding and the caching of each answer to GET with the table {@code caching.txt}. */
@ExtendWith(Deployment.class)
@TestInstance(Lifecycle.PER_CLASS)
class CachingIT {

  private static final String NOWHERE = "00000000-0000-4000-8000-000000000000";
  private static final String LONG = "word ".repeat(600);

  private final Client user;
  private final Map<String, String> ids;
  private final String note;
  private final String task;
  private final String file;
  private final String webhook;

  CachingIT(Annals annals) {
    user = annals.newUser(Annals.newEmail(), "USER", "ADMIN", "AUDITOR");
    note = user.post("/notes", Json.object("title", "Plan", "content", LONG)).expect(201).id();
    task = user.post("/tasks", Json.object("title", "Dig", "description", LONG)).expect(201).id();
    file =
        user.upload("/tasks/" + task + "/attachments", "a.json", "application/json", json())
            .expect(201)
            .id();
    webhook =
        user.post("/webhooks", Json.object("url", "http://127.0.0.1:9/", "description", ""))
            .expect(201)
            .id();
    // Ten notifications have more than 2 KiB.
    for (int i = 0; i < 10; i++) {
      user.post("/notes", Kind.NOTE.creation).expect(201);
    }
    ids =
        Map.of(
            "{taskId}", task, "{attachmentId}", file, "{key}", "daily-summary", "{position}", "0");
    Annals.eventually(
        () -> {
          assertThat(user.unread()).isGreaterThanOrEqualTo(11);
          assertThat(user.get("/notes").json().path("content")).hasSize(11);
          assertThat(user.get("/tasks").json().at("/content/0/attachments")).hasSize(1);
          assertThat(user.get("/notes/" + note + "/history").text()).contains(LONG);
          assertThat(user.get("/tasks/" + task + "/history").text()).contains(LONG);
        });
  }

  private static byte[] json() {
    return ("[" + "1,".repeat(2_000) + "1]").getBytes(UTF_8);
  }

  private record Line(String path, String coding, String caching) {

    static Line parse(String text) {
      List<String> words = List.of(text.strip().split("\\s+"));
      return new Line(words.get(0), words.get(1), words.get(2));
    }

    @Override
    public String toString() {
      return path;
    }
  }

  private static Stream<Line> lines() throws IOException {
    try (InputStream table = CachingIT.class.getResourceAsStream("/caching.txt")) {
      return new String(table.readAllBytes(), UTF_8)
          .lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .map(Line::parse);
    }
  }

  @Test
  void eachReadHasALine() throws IOException {
    assertThat(lines().map(Line::path))
        .containsAll(
            Operation.all(user.get("/v3/api-docs").json()).stream()
                .filter(Operation::isRead)
                .map(Operation::path)
                .toList());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("lines")
  void isCompressedAndCachedAsTheTableSays(Line line) {
    String path = existing(line.path());
    Answer plain = user.get(path);
    Answer compressed = user.with("Accept-Encoding", "gzip").get(path);
    boolean large = plain.text().getBytes(UTF_8).length >= 2_048;
    boolean coded = !line.coding().equals("never") && large;
    if (line.coding().equals("large")) {
      assertThat(large).as(plain.text()).isTrue();
    }

    assertThat(plain.header("Content-Encoding")).isEmpty();
    assertThat(compressed.header("Content-Encoding").orElse("")).isEqualTo(coded ? "gzip" : "");
    for (Answer answer : List.of(plain, compressed)) {
      String vary = answer.header("Vary").orElse("").toLowerCase(Locale.ROOT);
      assertThat(vary.contains("accept-encoding")).as(vary).isEqualTo(coded);
      assertThat(answer.header("Cache-Control").orElse("").replace(" ", ""))
          .isEqualTo(line.caching());
    }
  }

  private String existing(String template) {
    if (template.startsWith("/files/")) {
      String url = user.get("/tasks/" + task + "/attachments/" + file + "/link").text("/url");
      assumeTrue(url.contains("/files/"), "Links lead to S3.");
      return url.substring(url.indexOf("/files/"));
    }
    String path =
        template.replace("{id}", template.matches("/(notes|audit)/.*") ? note : idBelow(template));
    for (Map.Entry<String, String> id : ids.entrySet()) {
      path = path.replace(id.getKey(), id.getValue());
    }
    return path;
  }

  private String idBelow(String template) {
    if (template.startsWith("/admin/users/")) {
      return user.get("/users/me").id();
    }
    if (template.startsWith("/webhooks/")) {
      return webhook;
    }
    return template.startsWith("/tasks/") ? task : NOWHERE;
  }
}
