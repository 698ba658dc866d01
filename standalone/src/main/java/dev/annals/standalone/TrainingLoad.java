package dev.annals.standalone;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Sends requests of each kind, as users, an auditor and an administrator, and checks the status of
 * each answer.
 */
public final class TrainingLoad {

  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private static final String PASSWORD = "correct horse battery";
  private static final Duration TIMEOUT = Duration.ofSeconds(30);
  private static final Duration PAUSE = Duration.ofMillis(200);
  private static final String CONSISTENCY_TOKEN = "Consistency-Token";
  private static final String BOUNDARY = "between-the-parts";
  private static final String FILE = "# Text\n".repeat(100);
  private static final String FORM =
      "--%s\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.md\"\r\nContent-Type: text/markdown\r\n\r\n%s\r\n--%1$s--\r\n"
          .formatted(BOUNDARY, FILE);
  private static final String TASK =
      "{'title': 'Plan', 'description': 'The next year', 'priority': 'LOW',"
          + " 'dueAt': '2127-01-15T18:00:00Z', 'tags': []}";
  private static final String TASKS =
      "{'tasks': [{'title': 'Milk', 'priority': 'HIGH', 'dueAt': '2127-01-15T18:00:00Z'},"
          + " {'title': 'Bread', 'dueAt': '2026-01-15T18:00:00Z'},"
          + " {'title': 'Rest', 'tags': ['home']}]}";
  // As users do: much more often than all else.
  private static final int NOTES_PER_ROUND = 10;

  private final URI commands;
  private final URI queries;
  private final String admin;
  private final String passwordOfAdmin;
  private final AtomicLong requests = new AtomicLong();

  /**
   * Creates a load.
   *
   * @param commands the URL of a command side
   * @param queries the URL of a query side, or of the same process
   * @param admin the e-mail address of the first administrator
   */
  public TrainingLoad(URI commands, URI queries, String admin, String passwordOfAdmin) {
    this.commands = commands;
    this.queries = queries;
    this.admin = admin;
    this.passwordOfAdmin = passwordOfAdmin;
  }

  /**
   * Sends requests for some time, at least one round, and returns their number.
   *
   * @throws IllegalStateException if an answer has another status than expected
   */
  public long run(int users, Duration time) throws Exception {
    long end = System.nanoTime() + time.toNanos();
    List<Callable<Void>> work = new ArrayList<>();
    for (int i = 0; i < users; i++) {
      work.add(
          () -> {
            do {
              useAsUser();
            } while (System.nanoTime() < end);
            return null;
          });
    }
    work.add(
        () -> {
          replay();
          do {
            useAsAdministrator();
          } while (System.nanoTime() < end);
          return null;
        });
    ExecutorService threads = Executors.newFixedThreadPool(work.size());
    try {
      for (Future<Void> done : threads.invokeAll(work)) {
        done.get();
      }
    } finally {
      threads.shutdownNow();
    }
    return requests.get();
  }

  private void useAsUser() throws Exception {
    String email = UUID.randomUUID() + "@example.org";
    Caller anonymous = new Caller("");
    String registration =
        "{'email': '%s', 'password': '%s', 'displayName': 'Ada'}".formatted(email, PASSWORD);
    anonymous.changes(201, "POST", "/auth/register", text(registration));
    String refresh = json("refreshToken", login(email, PASSWORD).get("refreshToken").asString());
    JsonNode tokens = anonymous.changes(200, "POST", "/auth/refresh", refresh).json();
    Caller user = new Caller(tokens.get("accessToken").asString());
    String tag = user.asksCommandSide(200, "/users/me").header("ETag");
    String profile = "{'displayName': 'L.', 'dailySummary': false, 'timeZone': 'Europe/Vienna'}";
    user.changes(200, "PUT", "/users/me", text(profile), "If-Match", tag);
    user.asksCommandSide(200, "/auth/sessions");
    user.asks(200, "/flags");
    try (Pushes pushes = new Pushes(user)) {
      writeNotes(user);
      String notification = pushes.next().get("id").asString();
      user.changes(204, "POST", "/notifications/" + notification + "/read", "");
    }
    handleTasks(user);
    handleWebhook(user);
    user.asks(200, "/notifications?size=10");
    user.asks(200, "/notifications?after=1");
    user.asks(200, "/notifications/unread-count");
    user.asks(200, "/changes");
    user.asks(200, "/changes?since=1&limit=5");
    user.changes(204, "POST", "/notifications/read-all", "");
    beRefused(user);
    user.asksCommandSide(200, "/users/me/export");
    anonymous.changes(202, "POST", "/auth/forgot-password", json("email", email));
    user.changes(202, "POST", "/auth/verify-email/resend", "");
    String passwords = json("currentPassword", PASSWORD, "newPassword", PASSWORD + "!");
    user.changes(204, "POST", "/auth/change-password", passwords);
    user.changes(202, "POST", "/users/me/erase", json("password", PASSWORD + "!"));
    String logout = json("refreshToken", tokens.get("refreshToken").asString());
    anonymous.changes(204, "POST", "/auth/logout", logout);
  }

  private JsonNode login(String email, String password) {
    return new Caller("")
        .changes(200, "POST", "/auth/login", json("email", email, "password", password))
        .json();
  }

  private static String note(int number) {
    String content = "The quick brown fox jumps over the lazy dog. ".repeat(20);
    List<String> tags = List.of("home", "training");
    return json("title", "Note " + number, "content", content, "tags", tags);
  }

  private static void writeNotes(Caller user) {
    for (int i = 0; i < NOTES_PER_ROUND; i++) {
      Answer created =
          user.changes(
              201, "POST", "/notes", note(i), "Idempotency-Key", "\"" + UUID.randomUUID() + "\"");
      String note = created.header("Location");
      user.asks(200, note, CONSISTENCY_TOKEN, created.header(CONSISTENCY_TOKEN));
      Answer updated = user.changes(200, "PUT", note, note(i + 1), "If-Match", "\"0\"");
      user.asks(200, "/notes", CONSISTENCY_TOKEN, updated.header(CONSISTENCY_TOKEN));
      user.asks(200, "/notes");
      user.asks(200, note);
    }
    String note = user.changes(201, "POST", "/notes", note(0)).header("Location");
    user.changes(200, "PUT", note, note(1), "If-Match", "\"0\"");
    user.changes(412, "PUT", note, note(2), "If-Match", "\"0\"");
    user.changes(428, "PUT", note, note(2));
    user.changes(200, "POST", note + "/revert", json("version", 0), "If-Match", "\"1\"");
    String deleted =
        user.changes(204, "DELETE", note, "", "If-Match", "\"2\"").header(CONSISTENCY_TOKEN);
    user.asks(200, "/notes?deleted=true", CONSISTENCY_TOKEN, deleted);
    String restored =
        user.changes(200, "POST", note + "/restore", "", "If-Match", "\"3\"")
            .header(CONSISTENCY_TOKEN);
    user.asks(200, note + "/history", CONSISTENCY_TOKEN, restored);
    user.asks(200, note + "?version=1");
    user.asks(304, note, "If-None-Match", "\"4\"", CONSISTENCY_TOKEN, restored);
    user.asks(200, "/notes?q=quick%20fox&sort=title,asc&size=5");
    user.asks(200, "/notes?tag=home&page=1&size=5&sort=updatedAt,desc");
  }

  private void handleTasks(Caller user) throws Exception {
    user.changes(201, "POST", "/tasks/bulk", text(TASKS));
    String task = user.changes(201, "POST", "/tasks", json("title", "Plan")).header("Location");
    user.changes(200, "PUT", task, text(TASK), "If-Match", "\"0\"");
    user.changes(200, "POST", task + "/start", "", "If-Match", "\"1\"");
    user.changes(200, "POST", task + "/complete", "", "If-Match", "\"2\"");
    Answer reopened = user.changes(200, "POST", task + "/reopen", "", "If-Match", "\"3\"");
    user.asks(200, task, CONSISTENCY_TOKEN, reopened.header(CONSISTENCY_TOKEN));
    user.asks(200, task + "/history");
    user.asks(200, "/tasks?status=OPEN&priority=LOW&sort=priority,desc&sort=dueAt,asc");
    user.asks(200, "/tasks?q=mil&overdue=false&dueBefore=2128-01-01T00:00:00Z");
    attach(user, task);
    user.changes(204, "DELETE", task, "", "If-Match", "*");
    user.changes(200, "POST", task + "/restore", "", "If-Match", "*");
  }

  private void attach(Caller user, String task) throws Exception {
    String type = "multipart/form-data; boundary=" + BOUNDARY;
    Answer attached = user.changes(201, "POST", task + "/attachments", FORM, "Content-Type", type);
    user.asks(200, task + "/attachments", CONSISTENCY_TOKEN, attached.header(CONSISTENCY_TOKEN));
    String file = attached.header("Location");
    user.asksCommandSide(200, file);
    user.asksCommandSide(206, file, "Range", "bytes=1-9");
    String link = user.asksCommandSide(200, file + "/link").json().get("url").asString();
    new Caller("").send(200, "GET", URI.create(link), "");
    byte[] sha256 =
        MessageDigest.getInstance("SHA-256").digest(FILE.getBytes(StandardCharsets.UTF_8));
    String announced =
        "{'fileName': 'b.md', 'contentType': 'text/markdown', 'size': %d, 'sha256': '%s'}"
            .formatted(FILE.length(), HexFormat.of().formatHex(sha256));
    String uploads = task + "/attachments/uploads";
    JsonNode upload = user.changes(201, "POST", uploads, text(announced)).json();
    String[] headers =
        upload.get("headers").properties().stream()
            .flatMap(header -> Stream.of(header.getKey(), header.getValue().asString()))
            .toArray(String[]::new);
    URI signed = URI.create(upload.get("url").asString());
    new Caller("").send(200, "PUT", signed, FILE, headers);
    String complete = uploads + "/" + upload.get("uploadId").asString() + "/complete";
    user.changes(201, "POST", complete, "");
    user.changes(204, "DELETE", file, "");
  }

  /** Deletes the webhook before anything is delivered. */
  private static void handleWebhook(Caller user) {
    String webhook =
        user.changes(201, "POST", "/webhooks", json("url", "https://1.1.1.1/")).header("Location");
    user.asksCommandSide(200, "/webhooks");
    user.changes(
        200,
        "PUT",
        webhook,
        json("url", "https://1.1.1.1/", "description", "Backup", "enabled", false),
        "If-Match",
        "\"0\"");
    user.changes(200, "POST", webhook + "/rotate-secret", "");
    user.changes(204, "DELETE", webhook, "", "If-Match", "*");
  }

  private void beRefused(Caller user) {
    user.changes(400, "POST", "/tasks", json("title", " ", "priority", "urgent"));
    user.changes(404, "PUT", "/notes/" + UUID.randomUUID(), note(0));
    user.asks(404, "/notes/" + UUID.randomUUID());
    user.asks(400, "/notes?size=0");
    user.asks(403, "/audit/events");
    Caller stranger = new Caller("wrong");
    stranger.asks(401, "/notes");
    stranger.changes(401, "POST", "/notes", note(0));
  }

  private void replay() throws InterruptedException {
    Caller admin = administrator();
    String replay =
        admin
            .send(202, "POST", URI.create(queries + "/admin/processors/notes/replay"), "")
            .header("Location");
    while (admin.asks(200, replay).json().get("state").asString().equals("RUNNING")) {
      Thread.sleep(PAUSE.toMillis());
    }
  }

  private Caller administrator() {
    return new Caller(login(admin, passwordOfAdmin).get("accessToken").asString());
  }

  private void useAsAdministrator() throws InterruptedException {
    Caller admin = administrator();
    admin.asksCommandSide(200, "/admin/users?size=5");
    admin.asksCommandSide(200, "/admin/flags");
    Answer flag = admin.asksCommandSide(200, "/admin/flags/sorting");
    admin.changes(
        200, "PUT", "/admin/flags/sorting", json("enabled", true), "If-Match", flag.header("ETag"));
    admin.asksCommandSide(200, "/admin/storage");
    admin.asksCommandSide(200, "/admin/sagas");
    admin.asksCommandSide(200, "/admin/schedules");
    admin.changes(202, "POST", "/admin/schedules/seal/run", "");
    admin.asks(200, "/admin/processors");
    admin.asks(200, "/admin/dead-letters");
    while (admin.asks(200, "/audit/heads").json().isEmpty()) {
      Thread.sleep(PAUSE.toMillis());
    }
    JsonNode event = admin.asks(200, "/audit/events?limit=20").json().at("/events/0");
    admin.asks(200, "/audit/proof/" + event.get("position"));
    admin.asks(200, "/audit/aggregates/" + event.get("aggregateId").asString());
    admin.asks(200, "/audit/verify");
    admin.asks(200, "/audit/events?type=NoteCreated&limit=10");
    admin.asks(200, "/audit/events?to=2127-01-01T00:00:00Z", "Accept", "application/x-ndjson");
    admin.asksCommandSide(200, "/.well-known/jwks.json");
    admin.asks(200, "/readyz");
    admin.asksCommandSide(200, "/readyz");
  }

  private static String json(Object... namesAndValues) {
    var object = JsonMapper.shared().createObjectNode();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      object.putPOJO(namesAndValues[i].toString(), namesAndValues[i + 1]);
    }
    return JsonMapper.shared().writeValueAsString(object);
  }

  /** Returns JSON from a text with single quotes. */
  private static String text(String json) {
    return json.replace('\'', '"');
  }

  private record Answer(HttpResponse<String> response) {

    String header(String name) {
      return response.headers().firstValue(name).orElseThrow();
    }

    JsonNode json() {
      return JsonMapper.shared().readTree(response.body());
    }
  }

  /** A client with an access token, or without one if it is empty. */
  private final class Caller {
    private final String token;

    Caller(String token) {
      this.token = token;
    }

    /** Sends a change to the command side. */
    Answer changes(int status, String method, String path, String body, String... headers) {
      return send(status, method, URI.create(commands + path), body, headers);
    }

    /** Sends a query to the query side. */
    Answer asks(int status, String path, String... headers) {
      return send(status, "GET", URI.create(queries + path), "", headers);
    }

    Answer asksCommandSide(int status, String path, String... headers) {
      return send(status, "GET", URI.create(commands + path), "", headers);
    }

    Answer send(int status, String method, URI url, String body, String... headers) {
      HttpRequest.Builder request = HttpRequest.newBuilder(url).timeout(TIMEOUT);
      request.method(
          method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
      if (!body.isEmpty()) {
        request.setHeader("Content-Type", "application/json");
      }
      if (!token.isEmpty()) {
        request.setHeader("Authorization", "Bearer " + token);
      }
      for (int i = 0; i < headers.length; i += 2) {
        request.setHeader(headers[i], headers[i + 1]);
      }
      try {
        HttpResponse<String> response = HTTP.send(request.build(), BodyHandlers.ofString());
        if (response.statusCode() != status) {
          throw new IllegalStateException(
              "%s %s was answered with %d instead of %d: %s"
                  .formatted(
                      method, url.getPath(), response.statusCode(), status, response.body()));
        }
        requests.incrementAndGet();
        return new Answer(response);
      } catch (IOException | InterruptedException e) {
        throw new IllegalStateException(method + " " + url.getPath() + " was not answered.", e);
      }
    }
  }

  /** A STOMP connection that is subscribed to the notifications of a user. */
  private final class Pushes implements WebSocket.Listener, AutoCloseable {
    private final BlockingQueue<String> frames = new LinkedBlockingQueue<>();
    private final StringBuilder partial = new StringBuilder();
    private final WebSocket socket;

    Pushes(Caller user) throws InterruptedException {
      socket =
          HTTP.newWebSocketBuilder()
              .subprotocols("v12.stomp")
              .buildAsync(URI.create(queries.toString().replaceFirst("http", "ws") + "/ws"), this)
              .join();
      send("CONNECT\naccept-version:1.2\nhost:h\nAuthorization:Bearer " + user.token);
      frame("CONNECTED");
      send("SUBSCRIBE\nid:s\ndestination:/user/queue/notifications\nreceipt:r");
      frame("RECEIPT");
    }

    /** Waits for the next message. */
    JsonNode next() throws InterruptedException {
      String message = frame("MESSAGE");
      return JsonMapper.shared()
          .readTree(message.substring(message.indexOf("\n\n") + 2, message.indexOf('\0')));
    }

    private void send(String head) {
      socket.sendText(head + "\n\n\0", true).join();
    }

    private String frame(String command) throws InterruptedException {
      String frame = frames.poll(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
      if (frame == null || !frame.startsWith(command + "\n")) {
        throw new IllegalStateException("Instead of " + command + " came " + frame);
      }
      return frame;
    }

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
      partial.append(data);
      if (last) {
        frames.add(partial.toString());
        partial.setLength(0);
      }
      from.request(1);
      return null;
    }

    @Override
    public void close() {
      socket.abort();
    }
  }
}
