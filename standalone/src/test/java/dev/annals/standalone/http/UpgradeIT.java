package dev.annals.standalone.http;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.annals.standalone.AnnalsProcess;
import dev.annals.standalone.StartsItsOwnPrograms;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tukaani.xz.XZInputStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.NullNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Starts the program on data folders of earlier builds. {@code expected.json} in each folder has
 * the answers of that build.
 *
 * <p>Folders are never changed. A change of the stored form adds one.
 */
@EnabledOnOs(
    value = OS.LINUX,
    architectures = "amd64",
    disabledReason = "The stored folders are of PostgreSQL on Linux x86-64.")
@StartsItsOwnPrograms
class UpgradeIT {

  private static final String ADA = "ada@example.org";
  private static final String BOB = "bob@example.org";
  private static final Comparator<JsonNode> BY_FIELD =
      Comparator.comparing(change -> change.get("field").asString());

  @TempDir private Path folder;
  private JsonNode expected;
  private final Map<String, Client> people = new HashMap<>();
  private Client admin;

  @ParameterizedTest
  @ValueSource(strings = "2026-11-28")
  void readsChangesAndReplaysDataOfAnEarlierBuild(String build) throws Exception {
    Path data = unpacked(build);
    expected = Json.parse(Files.readAllBytes(data.resolve("expected.json")));
    Map<String, JsonNode> changed;

    try (AnnalsProcess program = start(data)) {
      signIn(program);
      everythingReadsAsBefore();
      theFirstCallForChangesKnowsAllItems();
      idempotentRequestsAreRepeated();
      filesAreThere();
      sagasThatWaitForNothingAreGone();
      changed = everyResourceTakesItsNextChange();
      theSealHolds();
      replay("notes");
      replay("tasks");
      theListsShow(changed);
      program.terminate();
      assertThat(program.exitCode()).isEqualTo(143);
      assertThat(program.errors()).isEmpty();
    }

    try (AnnalsProcess again = start(data)) {
      signIn(again);
      theListsShow(changed);
      changed = everyResourceTakesItsNextChange();
      theListsShow(changed);
      theSealHolds();
      assertThat(admin.get("/admin/dead-letters").json().at("/page/totalElements").asInt())
          .isZero();
    }
  }

  private static AnnalsProcess start(Path data) {
    return AnnalsProcess.on(data)
        .embedded()
        .with(Annals.ADMIN)
        .with("ANNALS_READ_MODEL_STEP", "500ms")
        .start()
        .awaitReady();
  }

  private void signIn(AnnalsProcess program) {
    Annals annals = new Annals(program.baseUrl(), Optional.empty());
    admin = annals.admin();
    for (String email : List.of(ADA, BOB)) {
      people.put(email, annals.signedIn(email, Annals.PASSWORD));
    }
    annals
        .anybody()
        .post("/auth/login", Annals.login("gone@example.org", Annals.PASSWORD))
        .isProblem(401, "bad-credentials");
  }

  private void everythingReadsAsBefore() {
    people.forEach(
        (email, person) ->
            answers(email)
                .forEach(
                    (path, answer) ->
                        assertContains(
                            answer.isArray()
                                ? byId(all(person, path))
                                : person.get(path).expect(200).json(),
                            byId(answer),
                            path)));
    for (JsonNode user : expected.get("users")) {
      // The start verifies the administrator's address, which increments the version.
      Answer answer = admin.get("/admin/users/" + user.get("id").asString()).expect(200);
      assertContains(answer.json(), ((ObjectNode) user).without("version"), "/admin/users");
    }
    assertContains(admin.get("/admin/flags").json(), expected.get("flags"), "/admin/flags");
    List<JsonNode> events = export("/audit/events");
    JsonNode stored = expected.get("events");
    for (int i = 0; i < stored.size(); i++) {
      assertContains(events.get(i), stored.get(i), "event " + stored.at("/" + i + "/position"));
    }
    stored
        .valueStream()
        .filter(event -> !event.get("actor").isNull())
        .collect(
            groupingBy(
                event -> event.get("actor").asString(), mapping(UpgradeIT::position, toList())))
        .forEach(
            (actor, positions) ->
                assertThat(export("/audit/events?actor=" + actor).stream().map(UpgradeIT::position))
                    .as("events of %s", actor)
                    .startsWith(positions.toArray(Long[]::new)));
  }

  private void theFirstCallForChangesKnowsAllItems() {
    people.forEach(
        (email, person) -> {
          Map<String, JsonNode> items = new HashMap<>();
          long next = 0;
          JsonNode page;
          do {
            page = person.get("/changes?since=" + next).expect(200).json();
            for (JsonNode change : page.get("changes")) {
              items.put(change.get("id").asString(), change.get("resource"));
            }
            next = page.get("next").asLong();
          } while (page.get("more").asBoolean());
          Map<String, JsonNode> listed = new HashMap<>();
          for (Kind kind : Kind.values()) {
            for (JsonNode item : all(person, kind.path)) {
              listed.put(item.get("id").asString(), item);
            }
            for (JsonNode item : all(person, kind.path + "?deleted=true")) {
              listed.put(item.get("id").asString(), NullNode.getInstance());
            }
          }
          assertThat(listed).isNotEmpty();
          assertThat(items).isEqualTo(listed);
        });
  }

  private static long position(JsonNode event) {
    return event.get("position").asLong();
  }

  private List<JsonNode> export(String path) {
    return admin
        .with("Accept", "application/x-ndjson")
        .get(path)
        .expect(200)
        .text()
        .lines()
        .map(Json::parse)
        .toList();
  }

  /** Returns a list in the order of ids: the earlier build broke ties in another direction. */
  private static JsonNode byId(JsonNode answer) {
    return answer.isArray()
        ? Json.parse(
            answer
                .valueStream()
                .sorted(Comparator.comparing(item -> item.path("id").asString("")))
                .toList()
                .toString())
        : answer;
  }

  private void idempotentRequestsAreRepeated() {
    for (JsonNode request : expected.get("idempotent")) {
      String path = request.get("path").asString();
      Answer answer =
          people
              .get(ADA)
              .with("Idempotency-Key", request.get("key").asString())
              .post(path, request.get("body").toString())
              .expect(201);
      assertContains(answer.json(), request.get("answer"), path);
    }
  }

  private void filesAreThere() {
    for (JsonNode file : expected.get("files")) {
      String id = file.at("/attachment/id").asString();
      String path = "/tasks/" + file.get("task").asString() + "/attachments/" + id;
      assertThat(people.get(ADA).get(path).expect(200).text())
          .isEqualTo(file.get("bytes").asString());
    }
  }

  /** Three tasks can become overdue: one past its snapshot, one of a bulk, and one of Bob. */
  private void sagasThatWaitForNothingAreGone() {
    Annals.eventually(
        () ->
            assertThat(
                    admin
                        .get("/admin/sagas?type=OverdueSaga")
                        .expect(200)
                        .json()
                        .at("/page/totalElements")
                        .asInt())
                .isEqualTo(3));
  }

  /** Changes the title of each resource outside the trash; returns the resources by path. */
  private Map<String, JsonNode> everyResourceTakesItsNextChange() {
    Map<String, JsonNode> changed = new HashMap<>();
    people.forEach(
        (email, person) -> {
          for (Kind kind : Kind.values()) {
            for (JsonNode resource : all(person, kind.path)) {
              String path = kind.path + "/" + resource.get("id").asString();
              long version = resource.get("version").asLong();
              String body =
                  Json.with(kind.update, "title", resource.get("title").asString() + ", changed");
              Answer answer =
                  person.ifMatch(version).put(path, body).expect(200).hasVersion(version + 1);
              changed.put(path, answer.json());
            }
          }
        });
    return changed;
  }

  private void theListsShow(Map<String, JsonNode> changed) {
    people.forEach(
        (email, person) -> {
          for (Kind kind : Kind.values()) {
            Annals.eventually(
                () ->
                    assertThat(all(person, kind.path))
                        .hasSize(answers(email).get(kind.path).size())
                        .allSatisfy(
                            resource ->
                                assertThat(resource)
                                    .isEqualTo(
                                        changed.get(
                                            kind.path + "/" + resource.get("id").asString()))));
          }
        });
  }

  private void theSealHolds() {
    assertThat(admin.get("/audit/verify").expect(200).json().get("intact").asBoolean()).isTrue();
    JsonNode stored = expected.get("heads");
    List<JsonNode> heads = elements(admin.get("/audit/heads").expect(200).json());
    assertThat(heads).containsAll(elements(stored));
  }

  /** Replays a model, after the automatic replay of a changed document shape has ended. */
  private void replay(String model) {
    String path =
        await()
            .atMost(Duration.ofSeconds(60))
            .until(
                () -> admin.post("/admin/processors/" + model + "/replay").header("Location"),
                Optional::isPresent)
            .orElseThrow();
    Annals.eventually(() -> assertThat(admin.get(path).text("/state")).isEqualTo("DONE"));
  }

  private Map<String, JsonNode> answers(String email) {
    Map<String, JsonNode> answers = new HashMap<>();
    JsonNode lists = expected.get("lists").get(email);
    lists.propertyNames().forEach(path -> answers.put(path, lists.get(path)));
    return answers;
  }

  private static JsonNode all(Client client, String path) {
    List<JsonNode> content = new ArrayList<>();
    JsonNode page;
    int number = 0;
    do {
      page =
          client
              .get(path + (path.contains("?") ? "&" : "?") + "size=100&page=" + number)
              .expect(200)
              .json();
      content.addAll(elements(page.get("content")));
      number++;
    } while (number < page.at("/page/totalPages").asInt());
    return Json.parse(content.toString());
  }

  private static List<JsonNode> elements(JsonNode array) {
    List<JsonNode> elements = new ArrayList<>();
    array.forEach(elements::add);
    return elements;
  }

  /** Asserts equality, except for properties that an earlier build did not have. */
  private static void assertContains(JsonNode actual, JsonNode before, String where) {
    if (before.isObject()) {
      for (String property : before.propertyNames()) {
        assertContains(actual.path(property), before.get(property), where + " " + property);
      }
    } else if (before.isArray()) {
      List<JsonNode> found = elements(actual);
      List<JsonNode> wanted = elements(before);
      assertThat(found.size()).as(where).isEqualTo(wanted.size());
      if (where.endsWith(" changes")) {
        // The changed fields of a history entry have no order that clients may rely on.
        found.sort(BY_FIELD);
        wanted.sort(BY_FIELD);
      }
      for (int i = 0; i < wanted.size(); i++) {
        assertContains(found.get(i), wanted.get(i), where + " " + i);
      }
    } else {
      assertThat(actual).as(where).isEqualTo(before);
    }
  }

  private Path unpacked(String build) throws IOException {
    Path data = folder.toRealPath().resolve("data");
    String archive = "/data-folders/" + build + ".tar.xz";
    try (TarArchiveInputStream tar =
        new TarArchiveInputStream(
            new XZInputStream(
                new BufferedInputStream(UpgradeIT.class.getResourceAsStream(archive))))) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        Path target = data.resolve(entry.getName()).normalize();
        if (entry.isDirectory()) {
          Files.createDirectories(target);
          Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rwx------"));
        } else {
          Files.copy(tar, target);
          Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rw-------"));
        }
      }
    }
    return data;
  }
}
