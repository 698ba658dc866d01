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
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import tools.jackson.databind.json.JsonMapper;

/** Two command side processes on one database. */
@Tag("long")
class OverdueKillIT {

  private static final String PASSWORD = "correct horse battery";
  private static final int TASKS = 200;

  @TempDir private Path folder;

  private final HttpClient http = HttpClient.newHttpClient();

  @Test
  void marksEachTaskOnceDespiteAKilledInstance() throws Exception {
    try (DataFolder data = DataFolder.open(folder.toRealPath().resolve("data"));
        EmbeddedPostgreSql postgres = EmbeddedPostgreSql.start(data)) {
      Map<String, Object> store = postgres.properties();
      JdbcClient jdbc =
          JdbcClient.create(
              new DriverManagerDataSource(
                  store.get("spring.datasource.url").toString(),
                  store.get("spring.datasource.username").toString(),
                  store.get("spring.datasource.password").toString()));
      try (AnnalsProcess killed = commandSide(store).start().awaitReady();
          AnnalsProcess other = commandSide(store).start().awaitReady()) {
        URI url = other.baseUrl();
        String email = "anna@example.org";
        post(
            url,
            "/auth/register",
            "",
            "{\"email\":\"%s\",\"password\":\"%s\",\"displayName\":\"Anna\"}"
                .formatted(email, PASSWORD));
        String tokens =
            post(
                url,
                "/auth/login",
                "",
                "{\"email\":\"%s\",\"password\":\"%s\"}".formatted(email, PASSWORD));
        String token = JsonMapper.shared().readTree(tokens).get("accessToken").asString();
        Instant from = Instant.now().plusSeconds(4);
        for (int bulk = 0; bulk < 2; bulk++) {
          int first = bulk * TASKS / 2;
          post(
              url,
              "/tasks/bulk",
              token,
              IntStream.range(first, first + TASKS / 2)
                  .mapToObj(
                      i ->
                          "{\"title\":\"Dig\",\"dueAt\":\"%s\"}"
                              .formatted(from.plusMillis(20L * i)))
                  .collect(Collectors.joining(",", "{\"tasks\":[", "]}")));
        }
        await().atMost(Duration.ofSeconds(30)).until(() -> marks(jdbc, "*") > TASKS / 4);

        killed.kill9();

        await().atMost(Duration.ofSeconds(90)).until(() -> marks(jdbc, "*") >= TASKS);
        await()
            .atMost(Duration.ofSeconds(90))
            .until(
                () ->
                    jdbc.sql(
                                "select count(*) from events.scheduled_tasks where task_name = 'AxonDeadline'")
                            .query(Integer.class)
                            .single()
                        == 0);
        assertThat(marks(jdbc, "*")).isEqualTo(TASKS);
        assertThat(marks(jdbc, "distinct aggregate_identifier")).isEqualTo(TASKS);
      }
    }
  }

  private static AnnalsProcess.Builder commandSide(Map<String, Object> store) {
    AnnalsProcess.Builder builder =
        AnnalsProcess.of("annals.command-side.jar")
            .with("ANNALS_MASTER_KEY", "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=")
            .with("ANNALS_IDENTITY_BCRYPT_COST", "4")
            .with("ANNALS_LIMITS_TASKS_PER_DAY_USER_CAPACITY", "0")
            .with(Postbox.get().variables());
    store.forEach(
        (name, value) ->
            builder.with(name.replace('.', '_').toUpperCase(Locale.ROOT), value.toString()));
    return builder;
  }

  private String post(URI url, String path, String token, String json) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url + path))
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(json));
    if (!token.isEmpty()) {
      request.header("Authorization", "Bearer " + token);
    }
    HttpResponse<String> answer = http.send(request.build(), BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 201);
    return answer.body();
  }

  private static int marks(JdbcClient jdbc, String what) {
    return jdbc.sql(
            "select count(%s) from events.domain_event_entry where payload_type = '%s'"
                .formatted(what, "dev.annals.events.task.TaskMarkedOverdue"))
        .query(Integer.class)
        .single();
  }
}
