package dev.annals.standalone.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;

/** Many notes with many versions, copied inside the database, for long replays. */
final class ManyNotes {

  static final int USERS = 20;
  static final int NOTES_PER_USER = 100;

  private static final Duration TIMEOUT = Duration.ofMinutes(15);

  private final int versions;
  private final List<String> emails = new ArrayList<>();
  private final List<String> ids = new ArrayList<>();
  private final Map<String, Long> acknowledged = new ConcurrentHashMap<>();
  private volatile List<Client> users = List.of();

  /**
   * Creates an empty set.
   *
   * @param versions the number of versions of each note
   */
  ManyNotes(int versions) {
    this.versions = versions;
  }

  /** Stores the notes and waits until all read models have them. */
  void fill(Annals annals, JdbcClient jdbc) {
    for (int i = 0; i < USERS; i++) {
      String email = Annals.newEmail();
      annals
          .anybody()
          .post("/auth/register", Annals.registration(email, Annals.PASSWORD, "Ada"))
          .expect(201);
      emails.add(email);
      Client user = annals.signedIn(email, Annals.PASSWORD);
      String template = user.post("/notes", Kind.NOTE.creation).expect(201).id();
      user.ifMatch(0).put("/notes/" + template, Kind.NOTE.update).expect(200);
      copy(jdbc, template);
    }
    await()
        .atMost(TIMEOUT)
        .pollInterval(Duration.ofSeconds(1))
        .until(() -> annals.admin().get("/admin/processors").json(), ManyNotes::haveCaughtUp);
    signIn(annals);
    for (JsonNode note : all()) {
      ids.add(note.get("id").asString());
      acknowledged.put(note.get("id").asString(), note.get("version").asLong());
    }
  }

  /** Renews the tokens, which are valid for ten minutes. */
  void signIn(Annals annals) {
    users = emails.stream().map(email -> annals.signedIn(email, Annals.PASSWORD)).toList();
  }

  private void copy(JdbcClient jdbc, String template) {
    jdbc.sql(
            """
            insert into events.domain_event_entry (event_identifier, aggregate_identifier, sequence_number, type,
              time_stamp, payload_type, payload_revision, payload, meta_data)
            select gen_random_uuid()::text, copy.id, version, type, time_stamp, payload_type, payload_revision,
              convert_to(replace(convert_from(payload, 'UTF8'), aggregate_identifier, copy.id), 'UTF8'), meta_data
            from generate_series(0, :versions - 1) version
              cross join (select md5(:template || n)::uuid::text id from generate_series(2, :notes) n) copy
              join events.domain_event_entry on aggregate_identifier = :template
                and sequence_number = least(version, 1)
            order by version, copy.id
            """)
        .param("template", template)
        .param("versions", versions)
        .param("notes", NOTES_PER_USER)
        .update();
  }

  private static boolean haveCaughtUp(JsonNode processors) {
    for (JsonNode processor : processors) {
      if (processor.get("lag").asLong() > 0) {
        return false;
      }
    }
    return true;
  }

  /** Returns the first user's address. */
  String email() {
    return emails.get(0);
  }

  /** Returns the first user. */
  Client user() {
    return users.get(0);
  }

  /** Changes a note. Two calls for the same note are far apart. */
  void change(int number) {
    int note = number * 7 % ids.size();
    String id = ids.get(note);
    String body = Json.object("title", "Plan " + number, "content", "", "tags", List.of());
    Answer changed = owner(note).with("If-Match", "*").put("/notes/" + id, body).expect(200);
    acknowledged.put(id, changed.json().get("version").asLong());
  }

  /** Reads a note or, now and then, a page. */
  void query(int number) {
    int note = number * 31 % ids.size();
    if (number % 10 == 0) {
      JsonNode page = owner(note).get("/notes?size=10").expect(200).json();
      assertThat(page.at("/page/totalElements").asInt()).isEqualTo(NOTES_PER_USER);
    } else {
      assertThat(owner(note).get("/notes/" + ids.get(note)).expect(200).text("/title"))
          .isNotBlank();
    }
  }

  private Client owner(int note) {
    return users.get(note / NOTES_PER_USER);
  }

  /** Asserts that the read model has the acknowledged changes and no others. */
  void areAsAcknowledged() {
    await()
        .atMost(TIMEOUT)
        .untilAsserted(
            () -> {
              for (JsonNode note : all()) {
                assertThat(note.get("version").asLong())
                    .isEqualTo(acknowledged.get(note.get("id").asString()));
              }
            });
  }

  /** Returns each note as its owner sees it. */
  List<String> contents() {
    return all().stream().map(JsonNode::toString).toList();
  }

  /** Returns the notes by user, in the order of {@link #owner}. */
  private List<JsonNode> all() {
    List<JsonNode> all = new ArrayList<>();
    users.forEach(user -> page(user).forEach(all::add));
    assertThat(all).hasSize(USERS * NOTES_PER_USER);
    return all;
  }

  private static JsonNode page(Client user) {
    return user.get("/notes?size=100&sort=createdAt,asc").expect(200).json().get("content");
  }

  /** Asserts that each event is in its owner's inbox once. */
  void areToldOfOnce(JdbcClient jdbc) {
    long events =
        jdbc.sql("select count(*) from events.domain_event_entry where type = 'Note'")
            .query(Long.class)
            .single();
    // Without an index, counting scans all rows.
    await()
        .atMost(TIMEOUT)
        .untilAsserted(
            () -> assertThat(users.stream().mapToLong(ManyNotes::told).sum()).isEqualTo(events));
  }

  /** Returns the number of a user's notifications. */
  static long told(Client user) {
    return user.get("/notifications?size=1").expect(200).json().at("/page/totalElements").asLong();
  }
}
