package dev.annals.standalone.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.annals.standalone.AnnalsProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;

/**
 * Dead letters of an unreadable event. Uses its own program, since an event that is inserted
 * directly breaks the sealed history.
 */
@Tag("long") // It starts a program of its own.
class DeadLettersIT {

  @TempDir private static Path folder;
  private static AnnalsProcess program;
  private static Annals annals;
  private static JdbcClient jdbc;

  private final Client user = annals.newUser();
  private final Client admin = annals.admin();
  private final String owner = user.get("/users/me").expect(200).id();

  @BeforeAll
  static void start() throws IOException {
    Path data = folder.toRealPath().resolve("data");
    program =
        AnnalsProcess.on(data)
            .embedded()
            .with("ANNALS_IDENTITY_BCRYPT_COST", "4")
            .with(Annals.ADMIN)
            .start();
    annals = new Annals(program.awaitReady().baseUrl(), Optional.empty());
    jdbc = Database.in(data).jdbc();
  }

  @AfterAll
  static void stop() throws Exception {
    program.close();
  }

  @Test
  void retriesAReadableLetterWithItsSuccessorsWhileOtherAggregatesContinue() {
    String note = createNote();
    store(note, 1, "NoteDeleted", "{\"noteId\": ");
    store(note, 2, "NoteRestored", event(note));
    Annals.eventually(() -> assertThat(letters(note)).hasSize(2));
    JsonNode letter = letter(note);
    assertThat(letter.get("type").asString()).isEqualTo("NoteDeleted");
    assertThat(letter.get("position").asLong()).isPositive();
    assertThat(letter.get("attempts").asInt()).isEqualTo(1);
    assertThat(letter.get("failedAt").asString()).isNotBlank();
    assertThat(letter.get("error").asString()).doesNotContain(note, owner, "noteId");
    user.get("/notes/" + note).expect(200).hasVersion(0);
    user.get("/notes/" + createNote()).expect(200).hasVersion(0);

    retry(letter);
    Annals.eventually(
        () -> assertThat(letter(note).get("attempts").asInt()).isGreaterThanOrEqualTo(2));
    user.get("/notes/" + note).expect(200).hasVersion(0);

    mend(note);
    letters(note).forEach(this::retry);

    Annals.eventually(() -> user.get("/notes/" + note).expect(200).hasVersion(2));
    Annals.eventually(() -> assertThat(letters(note)).isEmpty());
  }

  @Test
  void skipsADeletedLetterAndAppliesLaterEvents() {
    String note = createNote();
    store(note, 1, "NoteDeleted", "{}");
    Annals.eventually(() -> assertThat(letters(note)).hasSize(2));

    for (JsonNode each : letters(note)) {
      String path = "/admin/dead-letters/" + each.get("id").asString();
      admin.delete(path).expect(204);
      admin.delete(path).isProblem(404, "not-found");
    }

    assertThat(letters(note)).isEmpty();
    Annals.eventually(() -> user.get("/notes/" + note).expect(200).hasVersion(1));
    store(note, 2, "NoteDeleted", event(note));
    Annals.eventually(() -> user.get("/notes/" + note).expect(404));
  }

  /** Returns the letter of the notes; other processors may reach the later event first. */
  private JsonNode letter(String note) {
    return letters(note).stream()
        .filter(it -> it.get("processor").asString().equals("notes"))
        .findFirst()
        .orElseThrow();
  }

  private void retry(JsonNode letter) {
    admin.post("/admin/dead-letters/" + letter.get("id").asString() + "/retry").expect(202);
  }

  private String createNote() {
    Answer created = user.post("/notes", Kind.NOTE.creation).expect(201);
    user.with("Consistency-Token", created.header("Consistency-Token").orElseThrow())
        .get("/notes")
        .expect(200);
    return created.id();
  }

  private List<JsonNode> letters(String note) {
    List<JsonNode> letters = new ArrayList<>();
    for (JsonNode letter :
        admin.get("/admin/dead-letters?size=100").expect(200).json().get("content")) {
      if (letter.get("aggregateId").asString().equals(note)) {
        letters.add(letter);
      }
    }
    return letters;
  }

  private String event(String note) {
    return Json.object("noteId", note, "ownerId", owner);
  }

  /** Inserts an event directly into the store. */
  private void store(String note, long sequence, String type, String payload) {
    jdbc.sql(
            """
            insert into events.domain_event_entry (event_identifier, aggregate_identifier, sequence_number, type,
              time_stamp, payload_type, payload_revision, payload, meta_data)
            select ?, aggregate_identifier, ?, type, time_stamp, ?, payload_revision, ?, meta_data
            from events.domain_event_entry where aggregate_identifier = ? and sequence_number = 0
            """)
        .params(
            UUID.randomUUID().toString(),
            sequence,
            "dev.annals.events.note." + type,
            payload.getBytes(StandardCharsets.UTF_8),
            note)
        .update();
  }

  private void mend(String note) {
    jdbc.sql(
            """
            update events.domain_event_entry set payload = ?
            where aggregate_identifier = ? and sequence_number = 1
            """)
        .params(event(note).getBytes(StandardCharsets.UTF_8), note)
        .update();
  }
}
