package dev.annals.standalone.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.annals.standalone.AnnalsProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Freezes a program while PostgreSQL stores and commits its event. */
@Tag("long") // It starts two programs of its own, and has thousands of notes written.
class FrozenProgramIT {

  private static final String KEY = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";
  private static final int NOTES = 12_000;

  @TempDir private Path folder;

  @Test
  void storesAnInterruptedWriteEverywhereOrNowhere() throws Exception {
    Path data = folder.toRealPath().resolve("frozen");
    try (AnnalsProcess frozen = program(data).start()) {
      Annals annals = new Annals(frozen.awaitReady().baseUrl(), Optional.empty());
      Database database = Database.in(data);
      JdbcClient jdbc = database.jdbc();
      try (AnnalsProcess other =
          program(folder.toRealPath().resolve("other"))
              .with("SPRING_DATASOURCE_URL", database.url())
              .with("SPRING_DATASOURCE_USERNAME", database.user())
              .with("SPRING_DATASOURCE_PASSWORD", database.password())
              .start()) {
        Client user = annals.newUser();
        Client elsewhere = new Client(other.awaitReady().baseUrl(), user.headers());
        String first = user.post("/notes", Kind.NOTE.creation).expect(201).id();
        // The insert of one event takes long enough to freeze the waiting program.
        jdbc.sql(
                """
                create function public.wait() returns trigger language plpgsql as
                $$ begin perform pg_sleep(3); return null; end $$
                """)
            .update();
        jdbc.sql(
                """
                create trigger wait after insert on events.domain_event_entry for each row
                when (events.origin(new.meta_data, 'correlationId') = 'frozen')
                execute function public.wait()
                """)
            .update();

        CompletableFuture<Answer> answer =
            CompletableFuture.supplyAsync(
                () ->
                    user.with("X-Request-Id", "frozen")
                        .with("Idempotency-Key", "\"frozen\"")
                        .post("/notes", Json.object("title", "Frozen")));
        await()
            .pollInterval(Duration.ofMillis(50))
            .until(() -> sessions(jdbc, "wait_event = 'PgSleep'") == 1);
        frozen.freeze();
        await().until(() -> sessions(jdbc, "wait_event = 'PgSleep'") == 0);
        write(jdbc, first);
        await()
            .atMost(Duration.ofMinutes(3))
            .untilAsserted(
                () ->
                    assertThat(total(elsewhere, "/notes?size=1"))
                        .isGreaterThanOrEqualTo(NOTES + 1));
        await()
            .atMost(Duration.ofSeconds(10))
            .until(() -> sessions(jdbc, "state = 'idle in transaction'") == 0);
        frozen.thaw();

        boolean created = answer.join().status() == 201;
        long stored =
            jdbc.sql(
                    """
                    select count(*) from events.domain_event_entry
                    where events.origin(meta_data, 'correlationId') = 'frozen'
                    """)
                .query(Long.class)
                .single();
        assertThat(stored).isEqualTo(created ? 1 : 0);
        if (!created) {
          assertThat(answer.join().status()).isIn(500, 503);
          // The same request succeeds elsewhere.
          user.with("Idempotency-Key", "\"frozen\"")
              .post("/notes", Json.object("title", "Frozen"))
              .expect(201);
        }
        for (Client each : new Client[] {user, elsewhere}) {
          await()
              .atMost(Duration.ofMinutes(1))
              .untilAsserted(() -> assertThat(total(each, "/notes?q=frozen&size=1")).isEqualTo(1));
          assertThat(total(each, "/notes?size=1")).isEqualTo(NOTES + 2);
        }
      }
    }
  }

  private static AnnalsProcess.Builder program(Path data) {
    return AnnalsProcess.on(data)
        .embedded()
        .with("ANNALS_IDENTITY_BCRYPT_COST", "4")
        .with("ANNALS_MASTER_KEY", KEY)
        .with(Annals.ADMIN);
  }

  private static int total(Client client, String list) {
    return client.get(list).expect(200).json().at("/page/totalElements").asInt();
  }

  private static long sessions(JdbcClient jdbc, String condition) {
    return jdbc.sql("select count(*) from pg_stat_activity where " + condition)
        .query(Long.class)
        .single();
  }

  /** Inserts many notes of the same user directly. */
  private static void write(JdbcClient jdbc, String note) {
    jdbc.sql(
            """
            insert into events.domain_event_entry (event_identifier, aggregate_identifier,
              sequence_number, type, time_stamp, payload_type, payload_revision, payload, meta_data)
            select gen_random_uuid()::text, id, 0, type, time_stamp, payload_type, payload_revision,
              convert_to(replace(convert_from(payload, 'UTF8'), aggregate_identifier, id), 'UTF8'),
              meta_data
            from events.domain_event_entry,
              lateral (select gen_random_uuid()::text id, n from generate_series(1, ?) n) ids
            where aggregate_identifier = ?
            """)
        .params(NOTES, note)
        .update();
  }
}
