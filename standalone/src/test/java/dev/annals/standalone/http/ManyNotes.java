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

/** Many notes of many versions, copied past the program, for replays that take their time. */
final class ManyNotes {

  static final int USERS = 20;
  static final int OF_EACH = 100;

  private static final Duration PATIENCE = Duration.ofMinutes(15);

  private final int versions;
  private final List<String> emails = new ArrayList<>();
  private final List<String> ids = new ArrayList<>();
  private final Map<String, Long> acknowledged = new ConcurrentHashMap<>();
  private volatile List<Client> users = List.of();

  /**
   * Nothing yet.
   *
   * @param versions of each note
   */
  ManyNotes(int versions) {
    this.versions = versions;
  }

  /** Makes them, and returns when they are in all read models. */
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
        .atMost(PATIENCE)
        .pollInterval(Duration.ofSeconds(1))
        .until(() -> annals.admin().get("/admin/processors").json(), ManyNotes::haveCaughtUp);
    signIn(annals);
    for (JsonNode note : all()) {
      ids.add(note.get("id").asString());
      acknowledged.put(note.get("id").asString(), note.get("version").asLong());
    }
  }

  /** Tokens are good for ten minutes. */
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
        .param("notes", OF_EACH)
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

  /** The first user's address. */
  String email() {
    return emails.get(0);
  }

  /** The first user. */
  Client user() {
    return users.get(0);
  }

  /** Changes one. None is changed by two at once: the same comes again much later. */
  void change(int number) {
    int note = number * 7 % ids.size();
    String id = ids.get(note);
    String body = Json.object("title", "Plan " + number, "content", "", "tags", List.of());
    Answer changed = owner(note).with("If-Match", "*").put("/notes/" + id, body).expect(200);
    acknowledged.put(id, changed.json().get("version").asLong());
  }

  /** Reads one, or now and then a page. */
  void query(int number) {
    int note = number * 31 % ids.size();
    if (number % 10 == 0) {
      JsonNode page = owner(note).get("/notes?size=10").expect(200).json();
      assertThat(page.at("/page/totalElements").asInt()).isEqualTo(OF_EACH);
    } else {
      assertThat(owner(note).get("/notes/" + ids.get(note)).expect(200).text("/title"))
          .isNotBlank();
    }
  }

  private Client owner(int note) {
    return users.get(note / OF_EACH);
  }

  /** Every acknowledged change is in the model, and no other. */
  void areAsAcknowledged() {
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              for (JsonNode note : all()) {
                assertThat(note.get("version").asLong())
                    .isEqualTo(acknowledged.get(note.get("id").asString()));
              }
            });
  }

  /** Each note as its owner sees it. */
  List<String> contents() {
    return all().stream().map(JsonNode::toString).toList();
  }

  /** User by user, so the order is that of {@link #owner}. */
  private List<JsonNode> all() {
    List<JsonNode> all = new ArrayList<>();
    users.forEach(user -> page(user).forEach(all::add));
    assertThat(all).hasSize(USERS * OF_EACH);
    return all;
  }

  private static JsonNode page(Client user) {
    return user.get("/notes?size=100&sort=createdAt,asc").expect(200).json().get("content");
  }

  /** Each event is in its owner's inbox, once. */
  void areToldOfOnce(JdbcClient jdbc) {
    long events =
        jdbc.sql("select count(*) from events.domain_event_entry where type = 'Note'")
            .query(Long.class)
            .single();
    // To count is to walk through all of them, where there is no index.
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> assertThat(users.stream().mapToLong(ManyNotes::told).sum()).isEqualTo(events));
  }

  /** How many notifications somebody has. */
  static long told(Client user) {
    return user.get("/notifications?size=1").expect(200).json().at("/page/totalElements").asLong();
  }
}
