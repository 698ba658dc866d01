package dev.annals.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import tools.jackson.databind.json.JsonMapper;

/** Kills a command side during an erasure, which continues after the restart. */
@Tag("long")
class ErasureKillIT {

  private static final String PASSWORD = "correct horse battery";
  private static final int FILES = 60;

  /** Delays of the kill after the answer, in milliseconds, from before the job to after its end. */
  private static final List<Integer> MOMENTS = List.of(0, 150, 400, 700, 1000, 2000);

  @TempDir private Path folder;

  private final HttpClient http = HttpClient.newHttpClient();

  @Test
  void erasesEverythingDespiteAKillAtAnyStep() throws Exception {
    try (DataFolder data = DataFolder.open(folder.toRealPath().resolve("data"));
        EmbeddedPostgreSql postgres = EmbeddedPostgreSql.start(data)) {
      Map<String, Object> store = postgres.properties();
      JdbcClient jdbc =
          JdbcClient.create(
              new DriverManagerDataSource(
                  store.get("spring.datasource.url").toString(),
                  store.get("spring.datasource.username").toString(),
                  store.get("spring.datasource.password").toString()));
      for (int moment : MOMENTS) {
        String user;
        try (AnnalsProcess killed = commandSide(store).start().awaitReady()) {
          user = person(killed.baseUrl(), moment);
          TimeUnit.MILLISECONDS.sleep(moment);
          killed.kill9();
        }
        try (AnnalsProcess again = commandSide(store).start()) {
          again.awaitReady();
          await()
              .atMost(Duration.ofMinutes(2))
              .until(() -> count(jdbc, "events.scheduled_tasks where task_instance", user) == 0);
          await().atMost(Duration.ofMinutes(1)).until(() -> left(jdbc, user) == 0);
        }
        assertThat(
                jdbc.sql(
                        """
                        select events.simple_name(payload_type) from events.domain_event_entry
                        where aggregate_identifier = ? order by sequence_number
                        """)
                    .param(user)
                    .query(String.class)
                    .list())
            .as("killed after %s ms", moment)
            .containsExactly("UserRegistered", "UserErased", "ErasureCompleted");
        assertThat(stored()).as("killed after %s ms", moment).isZero();
      }
    }
  }

  /** A user with tasks and files whose erasure was just accepted. */
  private String person(URI url, int moment) throws Exception {
    String email = UUID.randomUUID() + "@example.org";
    String credentials = "\"email\":\"%s\",\"password\":\"%s\"".formatted(email, PASSWORD);
    String json = "application/json";
    post(url, "/auth/register", "", json, "{" + credentials + ",\"displayName\":\"Anna\"}");
    String tokens = post(url, "/auth/login", "", json, "{" + credentials + "}");
    String token = text(tokens, "accessToken");
    String task =
        text(
            post(
                url,
                "/tasks",
                token,
                json,
                "{\"title\":\"Dig\",\"dueAt\":\"2099-01-01T00:00:00Z\"}"),
            "id");
    for (int file = 0; file < FILES; file++) {
      post(
          url,
          "/tasks/" + task + "/attachments",
          token,
          "multipart/form-data; boundary=between",
          """
          --between\r
          Content-Disposition: form-data; name="file"; filename="a.txt"\r
          Content-Type: text/plain\r
          \r
          %s %s\r
          --between--\r
          """
              .formatted(moment, file));
    }
    post(url, "/users/me/erase", token, json, "{\"password\":\"" + PASSWORD + "\"}");
    return JsonMapper.shared()
        .readTree(Base64.getUrlDecoder().decode(token.split("\\.", -1)[1]))
        .get("sub")
        .asString();
  }

  private AnnalsProcess.Builder commandSide(Map<String, Object> store) {
    AnnalsProcess.Builder builder =
        AnnalsProcess.of("annals.command-side.jar")
            .with("ANNALS_MASTER_KEY", "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=")
            .with("ANNALS_IDENTITY_BCRYPT_COST", "4")
            .with("ANNALS_ATTACHMENTS_FOLDER", folder.resolve("attachments").toString())
            .with(Postbox.get().variables());
    store.forEach(
        (name, value) ->
            builder.with(name.replace('.', '_').toUpperCase(Locale.ROOT), value.toString()));
    return builder;
  }

  private String post(URI url, String path, String token, String type, String body)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url + path))
            .header("Content-Type", type)
            .POST(BodyPublishers.ofString(body));
    if (!token.isEmpty()) {
      request.header("Authorization", "Bearer " + token);
    }
    HttpResponse<String> answer = http.send(request.build(), BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 202);
    return answer.body();
  }

  private static String text(String json, String property) {
    return JsonMapper.shared().readTree(json).get(property).asString();
  }

  private static long left(JdbcClient jdbc, String user) {
    return Stream.of(
            "identity.account where user_id::text",
            "identity.email_claim where user_id::text",
            "identity.session where user_id::text",
            "identity.subject_key where subject::text",
            "attachment.file where owner_id::text",
            "events.due_task where owner_id::text",
            "events.association_value_entry where association_value")
        .mapToLong(rows -> count(jdbc, rows, user))
        .sum();
  }

  private static long count(JdbcClient jdbc, String rows, String user) {
    return jdbc.sql("select count(*) from " + rows + " = ?").param(user).query(Long.class).single();
  }

  private long stored() throws Exception {
    try (Stream<Path> all = Files.walk(folder.resolve("attachments/objects"))) {
      return all.filter(Files::isRegularFile).count();
    }
  }
}
