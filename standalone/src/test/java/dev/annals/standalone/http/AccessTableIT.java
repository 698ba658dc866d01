package dev.annals.standalone.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/**
 * Calls each route of the API document as each kind of caller and compares the status with the
 * table {@code access.txt}. The request succeeds for allowed callers, and it gets its own
 * resources, so that no cell depends on another.
 */
@ExtendWith(Deployment.class)
@TestInstance(Lifecycle.PER_CLASS)
class AccessTableIT {

  private static final String TABLE = "/access.txt";

  private final Annals annals;
  private final Client admin;
  private final Map<Caller, Person> people;

  AccessTableIT(Annals annals) {
    this.annals = annals;
    this.admin = annals.admin();
    this.people = people();
  }

  /** The columns in order. */
  private enum Caller {
    NOBODY,
    ANOTHER,
    OWNER,
    ADMIN,
    AUDITOR,
    DISABLED
  }

  private static final String NOTHING = "00000000-0000-4000-8000-000000000000";
  private static final byte[] TEXT = "text".getBytes(StandardCharsets.UTF_8);
  private static final String UPLOAD =
      """
      {"fileName": "a.txt", "contentType": "text/plain", "size": 4,
       "sha256": "982d9e3eb996f559e633f4d194def3761d909f5a3b647d1a851fead67c32c9d1"}""";

  // Nothing listens there.
  private static final String WEBHOOK = "{\"url\": \"http://127.0.0.1:9/\"}";

  /** A line of the table. */
  private record Line(String method, String path, Map<Caller, Integer> statuses) {

    static Line parse(String text) {
      List<String> words = List.of(text.strip().split("\\s+"));
      assertThat(words).as(text).hasSize(2 + Caller.values().length);
      Iterator<String> cells = words.listIterator(2);
      Map<Caller, Integer> statuses = new EnumMap<>(Caller.class);
      for (Caller caller : Caller.values()) {
        statuses.put(caller, Integer.valueOf(cells.next()));
      }
      return new Line(words.get(0), words.get(1), statuses);
    }

    @Override
    public String toString() {
      return method + " " + path;
    }
  }

  /**
   * A caller, with the id and tokens of an account, or without.
   *
   * @param refreshToken the refresh token of the client's session
   */
  private record Person(String id, String email, Client client, String refreshToken) {}

  @Test
  void tableAndRoutesMatchOneToOne() throws IOException {
    List<String> lines = lines().map(Line::toString).toList();
    assertThat(lines).as("lines of " + TABLE).doesNotHaveDuplicates();
    Set<String> routes = new TreeSet<>();
    for (var path : annals.anybody().get("/v3/api-docs").json().get("paths").properties()) {
      for (String method : path.getValue().propertyNames()) {
        routes.add(method.toUpperCase(Locale.ROOT) + " " + path.getKey());
      }
    }
    assertThat(difference(routes, lines))
        .as("routes without a line in " + TABLE + ": say there who gets which answer")
        .isEmpty();
    assertThat(difference(lines, routes)).as("lines of " + TABLE + " without a route").isEmpty();
  }

  private static Set<String> difference(Collection<String> all, Collection<String> others) {
    Set<String> rest = new TreeSet<>(all);
    rest.removeAll(others);
    return rest;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("lines")
  void answersEachCallerWithTheStatusOfTheTable(Line line) {
    Map<Caller, Person> callers = new EnumMap<>(changesItsCaller(line) ? people() : people);
    callers.put(Caller.DISABLED, user());
    Map<Caller, Supplier<Answer>> requests = new EnumMap<>(Caller.class);
    callers.forEach(
        (caller, person) -> {
          Person owner = caller == Caller.DISABLED ? person : callers.get(Caller.OWNER);
          requests.put(caller, request(line, person, owner));
        });
    admin.post("/admin/users/" + callers.get(Caller.DISABLED).id() + "/disable").expect(200);

    Map<Caller, Integer> statuses = new EnumMap<>(Caller.class);
    requests.forEach((caller, request) -> statuses.put(caller, request.get().status()));
    assertThat(statuses).as("%s", line).isEqualTo(line.statuses());
  }

  private static Stream<Line> lines() throws IOException {
    try (InputStream table = AccessTableIT.class.getResourceAsStream(TABLE)) {
      return new String(table.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .map(Line::parse);
    }
  }

  /** Creates the resources of the request and returns the request. */
  private Supplier<Answer> request(Line line, Person caller, Person owner) {
    Target target =
        line.path().contains("{id}") ? target(line, owner) : new Target("", Optional.empty());
    String path =
        line.path()
            .replace("{id}", target.id())
            // Only the owner of the task has one.
            .replace("{attachmentId}", target.part())
            .replace("{uploadId}", target.part())
            .replace("{taskId}", NOTHING)
            .replace("{deliveryId}", NOTHING)
            .replace("{name}", line.path().contains("processors") ? "notes" : "overdue-sweep")
            .replace("{key}", "daily-summary")
            // Not sealed yet; that takes a minute.
            .replace("{position}", "0");
    if (!line.method().equals("GET")) {
      Client client = caller.client().with("If-Match", "*");
      if (line.toString().equals("POST /tasks/{id}/attachments")) {
        return () -> client.upload(path, "a.txt", "text/plain", TEXT);
      }
      return () -> client.send(line.method(), path, body(line, caller));
    }
    Client client =
        target
            .consistencyToken()
            .map(token -> caller.client().with("Consistency-Token", token))
            .orElse(caller.client());
    return () -> client.get(path);
  }

  private static String body(Line line, Person caller) {
    return switch (line.toString()) {
      case "POST /auth/register" -> Annals.registration(Annals.newEmail(), Annals.PASSWORD, "Ada");
      case "POST /auth/login" -> Annals.login(caller.email(), Annals.PASSWORD);
      case "POST /auth/refresh", "POST /auth/logout" ->
          Json.object("refreshToken", caller.refreshToken());
      case "POST /auth/change-password" ->
          Json.object(
              "currentPassword", Annals.PASSWORD, "newPassword", "another " + Annals.PASSWORD);
      case "POST /auth/forgot-password" -> Json.object("email", caller.email());
      // Only mails hold valid tokens, which suffice.
      case "POST /auth/reset-password" ->
          Json.object("token", "unknown", "newPassword", Annals.PASSWORD);
      case "POST /auth/verify-email" -> Json.object("token", "unknown");
      case "PUT /users/me" -> Json.object("displayName", "Bea", "dailySummary", true);
      case "POST /users/me/erase" -> Json.object("password", Annals.PASSWORD);
      case "POST /notes" -> Kind.NOTE.creation;
      case "PUT /notes/{id}" -> Kind.NOTE.update;
      case "POST /notes/{id}/revert", "POST /tasks/{id}/revert" -> Json.object("version", 0);
      case "POST /tasks" -> Kind.TASK.creation;
      case "POST /tasks/bulk" -> "{\"tasks\": [" + Kind.TASK.creation + "]}";
      case "POST /tasks/{id}/attachments/uploads" -> UPLOAD;
      case "POST /webhooks" -> WEBHOOK;
      case "PUT /webhooks/{id}" ->
          Json.with(Json.with(WEBHOOK, "description", ""), "enabled", false);
      case "PUT /tasks/{id}" -> Kind.TASK.update;
      case "PUT /admin/users/{id}/roles" -> Json.object("roles", List.of("AUDITOR"));
      // The current setting, since other tests use the flag.
      case "PUT /admin/flags/{key}" -> Json.object("enabled", true);
      default -> "";
    };
  }

  /**
   * The value of {@code {id}}.
   *
   * @param part the value of the second id in the path
   * @param consistencyToken the token to read it
   */
  private record Target(String id, String part, Optional<String> consistencyToken) {

    private Target(String id, Optional<String> consistencyToken) {
      this(id, NOTHING, consistencyToken);
    }
  }

  /** Creates a resource of the owner for the call. */
  private Target target(Line line, Person owner) {
    String collection = line.path().substring(0, line.path().indexOf("/{id}"));
    return switch (collection) {
      case "/audit/aggregates" -> new Target(owner.id(), Optional.empty());
      case "/notes" -> kept(Kind.NOTE, line, owner);
      case "/tasks" -> kept(Kind.TASK, line, owner);
      case "/webhooks" ->
          new Target(owner.client().post("/webhooks", WEBHOOK).expect(201).id(), Optional.empty());
      case "/notifications" -> new Target(notification(owner), Optional.empty());
      case "/auth/sessions" -> new Target(anotherSession(owner), Optional.empty());
      case "/admin/users" -> new Target(user().id(), Optional.empty());
      // None exists without an unreadable event or a replay.
      case "/admin/dead-letters", "/admin/replays" ->
          new Target(UUID.randomUUID().toString(), Optional.empty());
      default -> throw new AssertionError("Say here what there is to be at " + line.path());
    };
  }

  private static Target kept(Kind kind, Line line, Person owner) {
    Answer made = owner.client().post(kind.path, kind.creation).expect(201);
    String path = kind.path + "/" + made.id();
    if (line.path().endsWith("/restore")) {
      owner.client().ifMatch(0).delete(path).expect(204);
    } else if (line.path().endsWith("/reopen")) {
      owner.client().ifMatch(0).post(path + "/complete").expect(200);
    }
    return new Target(made.id(), part(line, owner, path), made.header("Consistency-Token"));
  }

  private static String part(Line line, Person owner, String task) {
    String attachments = task + "/attachments";
    if (line.path().contains("{attachmentId}")) {
      return owner.client().upload(attachments, "a.txt", "text/plain", TEXT).expect(201).id();
    }
    if (!line.path().contains("{uploadId}")) {
      return NOTHING;
    }
    Answer announced = owner.client().post(attachments + "/uploads", UPLOAD).expect(201);
    new Client(owner.client().url(), AttachmentsIT.headers(announced))
        .sendToSigned("PUT", announced.text("/url"), TEXT)
        .expect(200);
    return announced.text("/uploadId");
  }

  private static String notification(Person owner) {
    String note = owner.client().post("/notes", Kind.NOTE.creation).expect(201).id();
    AtomicReference<String> id = new AtomicReference<>();
    Annals.eventually(
        () -> {
          JsonNode newest = owner.client().get("/notifications").json().at("/content/0");
          assertThat(newest.at("/resource/id").asString()).isEqualTo(note);
          id.set(newest.get("id").asString());
        });
    return id.get();
  }

  private String anotherSession(Person owner) {
    Client another = annals.signedIn(owner.email(), Annals.PASSWORD);
    for (JsonNode session : another.get("/auth/sessions").expect(200).json()) {
      if (session.get("current").asBoolean()) {
        return session.get("id").asString();
      }
    }
    throw new AssertionError("no session");
  }

  /** Creates the callers, except the disabled one, who first needs resources. */
  private Map<Caller, Person> people() {
    return Map.of(
        Caller.NOBODY, new Person("", Annals.newEmail(), annals.anybody(), "unknown"),
        Caller.ANOTHER, user(),
        Caller.OWNER, user(),
        Caller.ADMIN, userAnd("ADMIN"),
        Caller.AUDITOR, userAnd("AUDITOR"));
  }

  private static boolean changesItsCaller(Line line) {
    return line.path().startsWith("/auth/")
        || line.path().startsWith("/users/me")
        // A user has few of them.
        || line.path().startsWith("/webhooks");
  }

  private Person user() {
    String email = Annals.newEmail();
    return signedIn(register(email), email);
  }

  private Person userAnd(String role) {
    String email = Annals.newEmail();
    String id = register(email);
    admin
        .ifMatch(0)
        .put("/admin/users/" + id + "/roles", Json.object("roles", List.of("USER", role)))
        .expect(200);
    return signedIn(id, email);
  }

  private String register(String email) {
    return annals
        .anybody()
        .post("/auth/register", Annals.registration(email, Annals.PASSWORD, "Ada"))
        .expect(201)
        .id();
  }

  private Person signedIn(String id, String email) {
    Answer tokens =
        annals.anybody().post("/auth/login", Annals.login(email, Annals.PASSWORD)).expect(200);
    Annals.SECRETS.add(tokens.text("/accessToken"));
    Annals.SECRETS.add(tokens.text("/refreshToken"));
    return new Person(
        id,
        email,
        annals.anybody().with("Authorization", "Bearer " + tokens.text("/accessToken")),
        tokens.text("/refreshToken"));
  }
}
