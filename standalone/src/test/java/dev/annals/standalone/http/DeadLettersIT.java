package dev.annals.standalone.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;

/** What an administrator sees of an event that nobody can read, and can do about it. */
@ExtendWith(Deployment.class)
class DeadLettersIT {

  private final Client user;
  private final Client admin;
  private final JdbcClient jdbc;
  private final String owner;

  DeadLettersIT(Annals annals, Database database) {
    user = annals.newUser();
    admin = annals.admin();
    jdbc = database.jdbc();
    owner = user.get("/users/me").expect(200).id();
  }

  @Test
  void onceItCanBeReadItIsTriedAgainWithAllThatWaits() {
    String note = createNote();
    store(note, 1, "NoteDeleted", "{\"noteId\": ");
    store(note, 2, "NoteRestored", event(note));
    Annals.eventually(() -> assertThat(letters(note)).hasSize(2));
    JsonNode letter =
        letters(note).stream()
            .filter(it -> it.get("processor").asString().equals("notes"))
            .findFirst()
            .orElseThrow();
    assertThat(letter.get("type").asString()).isEqualTo("NoteDeleted");
    assertThat(letter.get("position").asLong()).isPositive();
    assertThat(letter.get("attempts").asInt()).isEqualTo(1);
    assertThat(letter.get("error").asString()).doesNotContain(note, owner, "noteId");
    user.get("/notes/" + note).expect(200).hasVersion(0);
    user.get("/notes/" + createNote()).expect(200);

    mend(note);
    for (JsonNode each : letters(note)) {
      admin.post("/admin/dead-letters/" + each.get("id").asString() + "/retry").expect(202);
    }

    Annals.eventually(() -> user.get("/notes/" + note).expect(200).hasVersion(2));
    Annals.eventually(() -> assertThat(letters(note)).isEmpty());
  }

  @Test
  void deletedItIsLeftOutAndTheChangesAfterItAreSeen() {
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
    mend(note);
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

  /** Puts an event into the store past the program. */
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
