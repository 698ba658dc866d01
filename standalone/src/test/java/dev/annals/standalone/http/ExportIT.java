package dev.annals.standalone.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

/** The export of the data of a user. */
@ExtendWith(Deployment.class)
class ExportIT {

  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private final Annals annals;
  private final Client user;
  private final Database database;

  ExportIT(Annals annals, Database database) {
    this.annals = annals;
    this.database = database;
    this.user = annals.newUser();
  }

  @Test
  void containsAllDataOfTheUserUnchanged() throws Exception {
    JsonNode note = user.post("/notes", Kind.NOTE.creation).expect(201).json();
    String trashed = user.post("/notes", Json.object("title", "Trashed")).expect(201).id();
    user.ifMatch(0).delete("/notes/" + trashed).expect(204);
    JsonNode task = user.post("/tasks", Kind.TASK.creation).expect(201).json();
    String attachments = "/tasks/" + task.get("id").asString() + "/attachments";
    byte[] bytes = new byte[300_000];
    new Random(7).nextBytes(bytes);
    System.arraycopy(new byte[] {'P', 'K', 3, 4}, 0, bytes, 0, 4);
    String zip = user.upload(attachments, "größe.zip", "application/zip", bytes).expect(201).id();
    byte[] text = "text".getBytes(StandardCharsets.UTF_8);
    String plain = user.upload(attachments, "a.txt", "text/plain", text).expect(201).id();
    JsonNode taskNow = user.ifMatch(2).post(attachments.replace("/attachments", "/start")).json();
    annals.newUser().post("/notes", Json.object("title", "Of somebody else")).expect(201);

    HttpResponse<byte[]> answer = export();
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/zip");
    assertThat(answer.headers().firstValue("Content-Disposition"))
        .hasValue("attachment; filename=\"annals.zip\"");
    assertThat(answer.headers().firstValue("Cache-Control")).hasValue("no-store");
    Map<String, byte[]> entries = entries(answer.body());

    assertThat(entries)
        .containsOnlyKeys(
            "user.jsonl",
            "sessions.jsonl",
            "webhooks.jsonl",
            "notes.jsonl",
            "tasks.jsonl",
            "events.jsonl",
            "files/" + zip + "/größe.zip",
            "files/" + plain + "/a.txt");
    assertThat(entries.get("files/" + zip + "/größe.zip")).isEqualTo(bytes);
    assertThat(entries.get("files/" + plain + "/a.txt")).isEqualTo(text);
    JsonNode me = user.get("/users/me").json();
    JsonNode exported = lines(entries, "user.jsonl").get(0);
    me.properties()
        .forEach(field -> assertThat(exported.get(field.getKey())).isEqualTo(field.getValue()));
    List<JsonNode> notes = lines(entries, "notes.jsonl");
    assertThat(notes).hasSize(2);
    assertThat(notes.get(0)).isEqualTo(note);
    assertThat(notes.get(1).get("title").asString()).isEqualTo("Trashed");
    assertThat(notes.get(1).get("deletedAt").asString()).isNotBlank();
    assertThat(lines(entries, "tasks.jsonl")).containsExactly(taskNow);
    assertThat(lines(entries, "sessions.jsonl"))
        .singleElement()
        .satisfies(
            session ->
                assertThat(session.propertyNames())
                    .containsExactlyInAnyOrder(
                        "id", "createdAt", "lastUsedAt", "userAgent", "current"));
    assertThat(lines(entries, "events.jsonl"))
        .extracting(event -> event.get("sequence").asInt() + " " + event.get("type").asString())
        .containsExactly(
            "0 UserRegistered",
            "0 NoteCreated",
            "0 NoteCreated",
            "1 NoteDeleted",
            "0 TaskCreated",
            "1 AttachmentAdded",
            "2 AttachmentAdded",
            "3 TaskStarted");
    assertThat(lines(entries, "events.jsonl").get(2).at("/payload/title").asString())
        .isEqualTo("Trashed");
    assertThat(new String(answer.body(), StandardCharsets.ISO_8859_1)).doesNotContain("$2a$");
  }

  @Test
  void continuesAfterAnUnreadableEvent() throws Exception {
    Assumptions.assumeTrue(database != null);
    String note = user.post("/notes", Kind.NOTE.creation).expect(201).id();
    String badNote =
        database.storeCopy(
            note, payload -> payload.replaceFirst("\"title\":\"....", "\"title\":\"AAAA"));
    user.post("/notes", Json.object("title", "Last")).expect(201);

    HttpResponse<byte[]> answer = export();
    assertThat(answer.statusCode()).isEqualTo(200);
    Map<String, byte[]> entries = entries(answer.body());

    String why = "Its title cannot be decrypted: altered, or another key.";
    List<JsonNode> notes = lines(entries, "notes.jsonl");
    assertThat(notes).hasSize(3);
    assertThat(notes.get(1)).isEqualTo(Json.parse(Json.object("id", badNote, "unreadable", why)));
    assertThat(notes.get(2).get("title").asString()).isEqualTo("Last");
    List<JsonNode> events = lines(entries, "events.jsonl");
    assertThat(events).hasSize(4);
    assertThat(events.get(1).at("/payload/title").asString()).isEqualTo("Plan");
    assertThat(events.get(1).has("unreadable")).isFalse();
    assertThat(events.get(2).get("aggregateId").asString()).isEqualTo(badNote);
    assertThat(events.get(2).get("payload").isNull()).isTrue();
    assertThat(events.get(2).get("unreadable").asString()).isEqualTo(why);
    assertThat(events.get(3).at("/payload/title").asString()).isEqualTo("Last");
  }

  private HttpResponse<byte[]> export() throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(annals.url() + "/users/me/export"));
    user.headers().forEach(request::setHeader);
    return HTTP.send(request.build(), BodyHandlers.ofByteArray());
  }

  private static Map<String, byte[]> entries(byte[] zip) throws IOException {
    Map<String, byte[]> entries = new LinkedHashMap<>();
    try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(zip))) {
      for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        assertThat(entries.put(entry.getName(), in.readAllBytes())).isNull();
      }
    }
    return entries;
  }

  private static List<JsonNode> lines(Map<String, byte[]> entries, String name) {
    return new String(entries.get(name), StandardCharsets.UTF_8).lines().map(Json::parse).toList();
  }
}
