package dev.annals.standalone.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

/**
 * Erased users: no personal data of them is left, and all data of other users is. Runs first, since
 * it searches all stores.
 */
@Order(1)
@ExtendWith(Deployment.class)
class ErasureIT {

  /** Unique texts of a user, one for each place. */
  private static final List<String> WORDS =
      List.of(
          "Wisteria",
          "Oleander",
          "Hyacinth",
          "Gardenia",
          "Jacaranda",
          "Plumeria",
          "Camellia",
          "Magnolia",
          "Azalea",
          "Hibiscus");

  private final Annals annals;
  private final Stores stores;
  private final Client admin;

  ErasureIT(Annals annals, Stores stores) {
    assumeThat(stores).isNotNull();
    this.annals = annals;
    this.stores = stores;
    this.admin = annals.admin();
  }

  /** A user with one resource of each kind. */
  private record Person(Client client, String id, String email, String note, String task) {

    String attachment() {
      return client.get("/tasks/" + task).expect(200).text("/attachments/0/id");
    }
  }

  @Test
  void removesAUserFromAllStores() {
    Person anna = person("Anna");
    Person bert = person("Bert");
    String before = all(bert);

    Client stranger = anna.client();
    stranger
        .post("/users/me/erase", Json.object("password", "another " + Annals.PASSWORD))
        .isProblem(400, "bad-credentials");
    stranger.post("/users/me/erase", "{}").isInvalidAt("/password");
    Answer accepted =
        stranger.post("/users/me/erase", Json.object("password", Annals.PASSWORD)).expect(202);
    assertThat(accepted.header("Consistency-Token")).isPresent();

    stranger.get("/users/me").isProblem(401, "unauthorized");
    stranger.get("/notes").isProblem(401, "unauthorized");
    annals
        .anybody()
        .post("/auth/login", Annals.login(anna.email(), Annals.PASSWORD))
        .isProblem(401, "bad-credentials");
    admin.get("/admin/users/" + anna.id()).isProblem(404, "not-found");
    admin.delete("/admin/users/" + anna.id()).isProblem(404, "not-found");
    assertThat(
            admin
                .get("/admin/users?query=" + anna.email())
                .json()
                .at("/page/totalElements")
                .asInt())
        .isZero();
    awaitCompletion(anna);
    assertHistoryReadsErased(anna);
    assertNothingIsLeft(anna, "Anna");

    assertThat(all(bert)).isEqualTo(before);
    assertThat(stores.placesOf(List.of(WORDS.get(3) + "Bert")))
        .anyMatch(place -> place.startsWith("the collection tasks"));
    assertThat(admin.get("/audit/verify").json().get("intact").asBoolean()).isTrue();
    annals
        .anybody()
        .post("/auth/register", Annals.registration(anna.email(), Annals.PASSWORD, "Another"))
        .expect(201);
    assertThat(annals.signedIn(anna.email(), Annals.PASSWORD).get("/notes").json().get("content"))
        .isEmpty();
  }

  @Test
  @Tag("long")
  void removesAUserForAnAdministrator() {
    Person anna = person("Ottilie");

    admin.delete("/admin/users/" + anna.id()).expect(202);

    anna.client().post("/notes", Kind.NOTE.creation).isProblem(401, "unauthorized");
    awaitCompletion(anna);
    assertHistoryReadsErased(anna);
    assertNothingIsLeft(anna, "Ottilie");
    JsonNode user = admin.get("/audit/aggregates/" + anna.id()).expect(200).json();
    assertThat(user.at("/state/email").asString()).isEqualTo("[erased]");
    assertThat(user.at("/state/erasedAt").asString()).isNotBlank();
    String erased = "/audit/events?type=UserErased&aggregateId=" + anna.id();
    assertThat(admin.get(erased).json().at("/events/0/actor").asString())
        .isEqualTo(admin.get("/users/me").id());
  }

  private Person person(String name) {
    String email = Annals.newEmail();
    annals.anybody().post("/auth/register", Annals.registration(email, Annals.PASSWORD, name));
    Client client = annals.signedIn(email, Annals.PASSWORD);
    List<String> words = WORDS.stream().map(word -> word + name).toList();
    String note =
        client
            .post(
                "/notes",
                Json.object(
                    "title", words.get(0), "content", words.get(1), "tags", List.of(words.get(2))))
            .expect(201)
            .id();
    client.ifMatch(0).delete("/notes/" + note).expect(204);
    Answer created =
        client.post(
            "/tasks",
            Json.object(
                "title",
                words.get(3),
                "description",
                words.get(4),
                "tags",
                List.of(words.get(5)),
                "dueAt",
                "2099-01-01T00:00:00Z"));
    String task = created.expect(201).id();
    Answer attached =
        client
            .upload(
                "/tasks/" + task + "/attachments",
                words.get(6) + ".txt",
                "text/plain",
                words.get(7).getBytes(StandardCharsets.UTF_8))
            .expect(201);
    String secret =
        client
            .post(
                "/webhooks",
                Json.object(
                    "url", "http://127.0.0.1:9/" + words.get(8), "description", words.get(9)))
            .expect(201)
            .text("/secret");
    Annals.SECRETS.addAll(List.of(secret, secret.substring("whsec_".length())));
    Client after = client.with("Consistency-Token", attached.header("Consistency-Token").get());
    after.get("/tasks").expect(200);
    after.get("/notifications").expect(200);
    client.get("/notes?deleted=true").expect(200);
    return new Person(after, client.get("/users/me").id(), email, note, task);
  }

  private String all(Person person) {
    List<String> answers = new ArrayList<>();
    for (String path :
        List.of(
            "/users/me",
            "/notes?deleted=true",
            "/tasks",
            "/notifications",
            "/webhooks",
            "/notes/" + person.note() + "/history",
            "/tasks/" + person.task() + "/history",
            "/tasks/" + person.task() + "/attachments/" + person.attachment())) {
      answers.add(person.client().get(path).expect(200).text());
    }
    return String.join("\n", answers);
  }

  private void awaitCompletion(Person person) {
    Annals.eventually(
        () ->
            assertThat(
                    admin
                        .get("/audit/events?type=ErasureCompleted&aggregateId=" + person.id())
                        .json()
                        .get("events"))
                .hasSize(1));
  }

  private void assertHistoryReadsErased(Person person) {
    Annals.eventually(
        () -> {
          JsonNode note = admin.get("/audit/aggregates/" + person.note()).expect(200).json();
          assertThat(note.at("/state/title").asString()).isEqualTo("[erased]");
          assertThat(note.at("/state/content").asString()).isEqualTo("[erased]");
          assertThat(note.at("/state/tags/0").asString()).isEqualTo("[erased]");
          JsonNode task = admin.get("/audit/aggregates/" + person.task()).expect(200).json();
          assertThat(task.at("/state/attachments/0/fileName").asString()).isEqualTo("[erased]");
        });
    for (String aggregate : List.of(person.id(), person.note(), person.task())) {
      Answer events = admin.get("/audit/events?aggregateId=" + aggregate).expect(200);
      assertThat(events.text()).contains("[erased]").doesNotContain(person.email());
      admin.get("/audit/aggregates/" + aggregate + "?version=0").expect(200);
    }
  }

  private void assertNothingIsLeft(Person person, String name) {
    List<String> traces = new ArrayList<>(List.of(person.email()));
    WORDS.forEach(word -> traces.add(word + name));
    // A search takes long in large stores.
    await()
        .atMost(Duration.ofMinutes(3))
        .untilAsserted(() -> assertThat(stores.placesOf(traces)).as("where traces are").isEmpty());
    assertThat(stores.placesOf(List.of("example.org")))
        .as("places that are looked at")
        .isNotEmpty();
  }
}
