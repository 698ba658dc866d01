package dev.annals.standalone.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.annals.standalone.SplitDeployment;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A history of a million events, which is sealed, exported and verified by processes with a heap of
 * 256 MiB each.
 */
@Tag("long")
class MillionEventsIT {

  private static final String HEAP = "-Xmx256m";
  private static final int MILLION = 1_000_000;
  // Each event of a transaction updates the head of its aggregate once more.
  private static final int CHUNK = 1_000;
  private static final String EVENTS = "events.domain_event_entry";

  @TempDir private Path folder;

  @Test
  void exportsAndVerifiesInConstantMemory() throws Exception {
    Map<String, String> variables = new HashMap<>(Annals.ADMIN);
    variables.put("JDK_JAVA_OPTIONS", HEAP);
    try (SplitDeployment split = SplitDeployment.start(1, true, variables)) {
      Annals annals = new Annals(split.url(), Optional.of(split::output));
      JdbcClient jdbc = Database.named(split.stores()::get).jdbc();
      Client user = annals.newUser();
      user.ifMatch(0)
          .put("/users/me", Json.object("displayName", "Ada the Many", "dailySummary", false))
          .expect(200);
      repeatTheLastEvent(user.get("/users/me").expect(200).text("/id"), jdbc);
      Client admin = annals.admin();
      admin.post("/admin/schedules/seal/run").expect(202);
      long events = number("select count(*) from " + EVENTS, jdbc);
      await()
          .pollInterval(Duration.ofSeconds(1))
          .atMost(Duration.ofMinutes(15))
          .until(
              () -> number("select coalesce(max(size), 0) from events.seal_head", jdbc) >= events);

      Path export = folder.resolve("export.ndjson");
      long from = System.nanoTime();
      export(annals.admin().headers(), split.querySides().get(0).baseUrl(), export);
      System.out.printf(
          "%d events exported in %d s%n", events, (System.nanoTime() - from) / 1_000_000_000);

      Files.writeString(
          folder.resolve("heads.json"),
          annals.admin().get("/audit/heads").expect(200).json().toString());
      Files.writeString(
          folder.resolve("keys.json"),
          annals.anybody().get("/.well-known/jwks.json").expect(200).json().toString());
      assertThat(checked(export))
          .startsWith("0 These are the ")
          .contains(" events that were signed");
    }
  }

  /** Copies the events of a user until there are a million. */
  private static void repeatTheLastEvent(String userId, JdbcClient jdbc) {
    for (int first = 2; first < MILLION; first += CHUNK) {
      jdbc.sql(
              """
              insert into events.domain_event_entry (event_identifier, aggregate_identifier,
                sequence_number, type, time_stamp, payload_type, payload_revision, payload, meta_data)
              select gen_random_uuid()::text, aggregate_identifier,
                n, type, time_stamp, payload_type, payload_revision, payload, meta_data
              from events.domain_event_entry, generate_series(?, ?) as n
              where aggregate_identifier = ? and sequence_number = 1
              """)
          .params(first, Math.min(first + CHUNK, MILLION) - 1, userId)
          .update();
    }
  }

  /** Asserts that the stream has each event once, in order and decrypted. */
  private static void export(Map<String, String> headers, URI url, Path file) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url + "/audit/events"))
            .header("Accept", "application/x-ndjson");
    headers.forEach(request::setHeader);
    HttpResponse<InputStream> answer =
        HttpClient.newHttpClient().send(request.build(), BodyHandlers.ofInputStream());
    assertThat(answer.statusCode()).isEqualTo(200);
    long position = 0;
    long inClear = 0;
    try (BufferedReader lines =
            new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8));
        BufferedWriter copy = Files.newBufferedWriter(file)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        JsonNode event = JsonMapper.shared().readTree(line);
        assertThat(event.get("position").asLong()).isGreaterThan(position);
        position = event.get("position").asLong();
        inClear += event.at("/payload/displayName").asString("").equals("Ada the Many") ? 1 : 0;
        copy.write(line);
        copy.newLine();
      }
    }
    assertThat(inClear).isEqualTo(MILLION - 1);
  }

  private String checked(Path export) throws IOException, InterruptedException {
    Process check =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                HEAP,
                "-jar",
                System.getProperty("annals.jar"),
                "verify",
                "--head",
                folder.resolve("heads.json").toString(),
                "--keys",
                folder.resolve("keys.json").toString(),
                export.toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(check.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return check.waitFor() + " " + said;
  }

  private static long number(String query, JdbcClient jdbc) {
    return jdbc.sql(query).query(Long.class).single();
  }
}
