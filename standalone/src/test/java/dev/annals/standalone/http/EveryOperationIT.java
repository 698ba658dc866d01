package dev.annals.standalone.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.annals.servers.StompClient;
import dev.annals.standalone.http.RawConnection.Reply;
import dev.annals.standalone.http.RawConnection.Request;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletionException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

/**
 * Sends many values in each place of a request to each operation of the API document. The status
 * must be one that the input allows, errors must be problem documents, headers must be well-formed,
 * no internals may leak, and the connection must stay usable. New operations are included
 * automatically.
 *
 * <p>Each operation gets a fixed sample, such that each input reaches some operation. With {@code
 * -Dannals.faults.full=true} each operation gets all inputs.
 */
@ExtendWith(Deployment.class)
class EveryOperationIT {

  private static final boolean FULL = Boolean.getBoolean("annals.faults.full");
  // Runs on the standalone program, too.
  private static final int LESS = "split".equals(System.getProperty("annals.deployment")) ? 3 : 1;
  private static final String NOWHERE = "00000000-0000-4000-8000-000000000000";
  private static final int MAX_FINDINGS = 150;
  private static final Set<String> TALES =
      Set.of(
          "Exception",
          "dev.annals",
          "org.springframework",
          "org.apache",
          "java.",
          "\tat ",
          "io.netty",
          "<html");

  private final Annals annals;
  private final String email = Annals.newEmail();
  private final JsonNode api;
  private final List<Operation> operations;
  private final RawConnection connection;
  private final Map<String, Reply> baselines = new HashMap<>();
  private final List<String> findings = new ArrayList<>();
  private final int logged;
  private Client user;
  private String task;

  EveryOperationIT(Annals annals) {
    this.annals = annals;
    this.api = annals.anybody().get("/v3/api-docs").expect(200).json();
    this.operations = Operation.all(api);
    this.connection = new RawConnection(annals.url());
    this.logged = output().length();
    user = annals.newUser(email, "USER", "ADMIN", "AUDITOR");
    user.post("/notes", Kind.NOTE.creation).expect(201);
    task = Kind.TASK.createdBy(user);
    String file =
        user.upload(task + "/attachments", "a.txt", "text/plain", "text".getBytes(UTF_8))
            .expect(201)
            .id();
    Annals.eventually(
        () -> {
          assertThat(user.get("/notes").json().at("/content/0/id").asString()).isNotEmpty();
          assertThat(user.get("/tasks").json().at("/content/0/attachments/0/id").asString())
              .isEqualTo(file);
        });
  }

  @AfterEach
  void disconnect() throws IOException {
    connection.close();
  }

  private String output() {
    return annals.entrance().map(it -> it.get()).orElse("");
  }

  @Test
  void answersEachHeaderAsDocumented() throws IOException {
    List<Corpus.Headers> all = Corpus.headers();
    for (int i = 0; i < operations.size(); i++) {
      Operation operation = operations.get(i);
      int status = baseline(operation);
      boolean repeatable = operation.isRead() || status >= 400;
      for (Corpus.Headers headers : sample(all, i, FULL && repeatable ? 1 : 60 * LESS)) {
        check(
            headers.toString(),
            operation,
            with(request(operation), headers.lines()),
            headers.outcome().of(operation, status));
      }
      if (operation.isClosed()) {
        for (Corpus.Headers headers : sample(all, i, FULL ? 8 : 120 * LESS)) {
          check(
              "no token, " + headers,
              operation,
              with(anonymous(request(operation)), headers.lines()),
              headers.outcome().of(operation, 401));
        }
      }
    }
    assertNoFindings();
  }

  @Test
  void answersEachQueryAsDocumented() throws IOException {
    for (int i = 0; i < operations.size(); i++) {
      Operation operation = operations.get(i);
      int status = baseline(operation);
      Set<Integer> expected =
          Corpus.orSame(200, 400, 403, 404, 409, 410, 414, 415).of(operation, status);
      List<String> names = operation.parameters("query");
      for (int j = 0; j < names.size(); j++) {
        String name = names.get(j);
        for (var value : sample(Corpus.queries().entrySet(), i + j, FULL ? 1 : 5)) {
          query(name + "=" + value.getKey(), operation, name + "=" + value.getValue(), expected);
        }
        query(name + " twice", operation, name + "=1&" + name + "=1", expected);
      }
      if (operation.isRead() || status >= 400) {
        for (int length : new int[] {2_000, 4_000, 7_000}) {
          query("unknown " + length, operation, "unknown=" + "x".repeat(length), Set.of(status));
        }
        query("unknown", operation, "&&a%5B%5D=b&;", Set.of(status));
        query("odd", operation, "=&=x&%C3=%C3", Set.of(status));
        query("too long", operation, "unknown=" + "x".repeat(9_000), Set.of(414));
        query("far too long", operation, "unknown=" + "x".repeat(50_000), Set.of(414));
      }
      query("braces", operation, "a={}", Set.of(400));
    }
    assertNoFindings();
  }

  private void query(String label, Operation operation, String query, Set<Integer> expected)
      throws IOException {
    Request base = request(operation);
    check("?" + label, operation, at(base, base.target() + "?" + query), expected);
  }

  @Test
  void answersEachPathAsDocumented() throws IOException {
    for (int i = 0; i < operations.size(); i++) {
      Operation operation = operations.get(i);
      Set<Integer> expected = Corpus.orSame(400, 403, 404, 405).of(operation, baseline(operation));
      for (String name : operation.parameters("path")) {
        for (String id : sample(Corpus.ids(), i, FULL ? 1 : 4)) {
          String target = path(operation.path().replace("{" + name + "}", id), operation);
          check(
              "{" + name + "} is " + Corpus.brief(id),
              operation,
              at(request(operation), target),
              id.length() > 8_192 ? Set.of(414) : expected);
        }
      }
    }
    assertNoFindings();
  }

  @Test
  void answersEachBodyAsDocumented() throws IOException {
    for (int i = 0; i < operations.size(); i++) {
      Operation operation = operations.get(i);
      if (operation.bodyType().filter(Operation.JSON::equals).isEmpty()) {
        continue;
      }
      for (var body : sample(Corpus.bodies().entrySet(), i, FULL ? 1 : 4)) {
        check(
            "body " + Corpus.brief(body.getKey()),
            operation,
            with(request(operation), body.getValue()),
            body.getKey().equals("over 1 MiB") ? Set.of(413) : Set.of(400));
        if (operation.isClosed()) {
          check(
              "no token, body " + Corpus.brief(body.getKey()),
              operation,
              with(anonymous(request(operation)), body.getValue()),
              body.getKey().equals("over 1 MiB") ? Set.of(413) : Set.of(401));
        }
      }
      List<String> properties = operation.properties();
      for (int j = 0; j < properties.size(); j++) {
        for (var value : sample(Corpus.values().entrySet(), i + j, FULL ? 1 : 5)) {
          String body = "{\"" + properties.get(j) + "\": " + value.getValue() + "}";
          check(
              properties.get(j) + ": " + value.getKey(),
              operation,
              with(request(operation), body.getBytes(UTF_8)),
              Set.of(200, 201, 202, 204, 400, 401, 404, 409, 428, 429));
        }
      }
    }
    assertNoFindings();
  }

  @Test
  void answersEachFormAsDocumented() throws IOException {
    for (Operation operation : operations) {
      if (operation.bodyType().filter(Operation.MULTIPART::equals).isEmpty()) {
        continue;
      }
      for (var form : Corpus.forms().entrySet()) {
        Request request =
            at(request(operation), path(operation.path().replace("/tasks/{id}", task), operation));
        check(
            "form: " + form.getKey(),
            operation,
            with(request, form.getValue()),
            Set.of(201, 400, 413, 415));
        check(
            "no token, form: " + form.getKey(),
            operation,
            with(anonymous(request), form.getValue()),
            Set.of(401));
      }
    }
    assertNoFindings();
  }

  @Test
  void answersEachMethodAsDocumented() throws IOException {
    Map<String, Set<String>> paths = new LinkedHashMap<>();
    for (Operation operation : operations) {
      Set<String> methods =
          paths.computeIfAbsent(operation.path(), path -> new TreeSet<>(Set.of("OPTIONS")));
      methods.add(operation.method());
      if (operation.isRead()) {
        methods.add("HEAD");
        int status = baseline(operation);
        check("as HEAD", operation, as("HEAD", request(operation)), Set.of(status));
        Request old = request(operation);
        check(
            "HTTP/1.0",
            operation,
            new Request("GET", old.target(), "HTTP/1.0", old.headers(), old.body()),
            Set.of(status));
      }
    }
    for (Operation operation : operations) {
      Set<String> known = paths.remove(operation.path());
      if (known == null) {
        continue;
      }
      Request request = at(request(operation), path(operation.path(), operation));
      for (String method :
          List.of("GET", "POST", "PUT", "DELETE", "PATCH", "PROPFIND", "get", "X-%")) {
        if (!known.contains(method)) {
          allows(
              known, check("as " + method, operation, as(method, request), Set.of(405)), operation);
        }
      }
      allows(known, check("as OPTIONS", operation, as("OPTIONS", request), Set.of(200)), operation);
      check("as TRACE", operation, as("TRACE", request), Set.of(405));
    }
    assertNoFindings();
  }

  private void allows(Set<String> methods, Reply reply, Operation operation) {
    if (reply != null && (reply.status() == 200 || reply.status() == 405)) {
      Set<String> allowed =
          new TreeSet<>(List.of(String.join(",", reply.all("Allow")).split(" *, *")));
      if (!allowed.equals(methods)) {
        findings.add(operation.path() + " | Allow | " + allowed + " instead of " + methods);
      }
    }
  }

  @Test
  void answers304ToEachMatchingTag() throws IOException {
    for (Operation operation : operations) {
      if (!operation.isRead() || plain(operation).header("ETag").isEmpty()) {
        continue;
      }
      Reply whole = plain(operation);
      String tag = whole.header("ETag").orElseThrow();
      for (String known : List.of("*", tag, "W/" + tag, "\"x\", " + tag)) {
        Request request = with(request(operation), List.of("If-None-Match: " + known));
        for (Request each :
            List.of(
                request,
                as("HEAD", request),
                with(request, List.of("Range: bytes=0-0")),
                with(request, List.of("If-Modified-Since: Thu, 01 Jan 1970 00:00:00 GMT")))) {
          Reply reply = check("If-None-Match: " + known, operation, each, Set.of(304));
          for (String header :
              List.of("Cache-Control", "Content-Location", "ETag", "Expires", "Vary")) {
            if (reply != null && !reply.all(header).equals(whole.all(header))) {
              findings.add(
                  "%s | 304 with another %s | %s".formatted(operation, header, reply.all(header)));
            }
          }
        }
      }
      check(
          "If-None-Match: another",
          operation,
          with(request(operation), List.of("If-None-Match: \"x\"")),
          Set.of(whole.status()));
    }
    assertNoFindings();
  }

  @Test
  void answersEachStompFrame() throws IOException {
    List<String> frames = Corpus.frames();
    for (int i = 0; i < frames.size(); i++) {
      try (StompClient client = StompClient.of(user)) {
        client.sendText(frames.get(i));
        try {
          client.send("DISCONNECT", "receipt:end");
        } catch (CompletionException closed) {
          // The server closes the connection after an ERROR.
        }
        StompClient.Frame answer = client.next();
        if (!Set.of("ERROR", "RECEIPT", "CONNECTED", "").contains(answer.command())
            || TALES.stream().anyMatch(answer.toString()::contains)) {
          findings.add("STOMP | " + Corpus.brief(frames.get(i)) + " | " + answer);
        }
      } catch (RuntimeException | AssertionError unanswered) {
        findings.add("STOMP | " + Corpus.brief(frames.get(i)) + " | " + unanswered);
      }
    }
    assertNoFindings();
  }

  /** Returns the status of an operation without special input. */
  private int baseline(Operation operation) throws IOException {
    return plain(operation).status();
  }

  private Reply plain(Operation operation) throws IOException {
    Reply known = baselines.get(operation.toString());
    if (known == null) {
      known = check("nothing special", operation, request(operation), null);
      assertThat(known).as("%s", findings).isNotNull();
      baselines.put(operation.toString(), known);
      if (known.status() >= 500 || !operation.documents(known.status())) {
        findings.add(
            operation + " | nothing special | " + known.status() + ", which is not documented");
      }
    }
    return known;
  }

  /** Returns every n-th element, with a different first one for each operation. */
  private static <T> List<T> sample(Collection<T> all, int first, int step) {
    List<T> list = List.copyOf(all);
    return IntStream.range(0, list.size())
        .filter(i -> i % step == first % step)
        .mapToObj(list::get)
        .toList();
  }

  /** Returns a read of an existing resource, or a change of an unknown one with an empty body. */
  private Request request(Operation operation) throws IOException {
    List<String> headers = new ArrayList<>();
    headers.add("Host: " + annals.url().getAuthority());
    headers.add("Authorization: " + user.headers().get("Authorization"));
    byte[] body = new byte[0];
    String type = operation.bodyType().orElse("");
    if (type.equals(Operation.JSON)) {
      headers.add("Content-Type: application/json");
      body = "{}".getBytes(UTF_8);
    } else if (type.equals(Operation.MULTIPART)) {
      headers.add("Content-Type: multipart/form-data; boundary=" + Client.BOUNDARY);
      body = Client.multipart("a.txt", "text/plain", "text".getBytes(UTF_8));
    }
    if (!operation.isRead()) {
      headers.add("Content-Length: " + body.length);
    }
    return new Request(
        operation.method(), path(operation.path(), operation), "HTTP/1.1", headers, body);
  }

  private final Map<String, String> paths = new HashMap<>();

  /** Returns the path with ids from the lists for reads, or with unknown ids. */
  private String path(String path, Operation operation) {
    if (!operation.isRead()) {
      return path.replaceAll("\\{(?!id}$)[a-zA-Z]+}", NOWHERE).replaceAll("\\{[a-zA-Z]+}", NOWHERE);
    }
    return paths.computeIfAbsent(path, this::existing);
  }

  private String existing(String template) {
    String path = template;
    while (path.matches(".*\\{[a-zA-Z]+}.*")) {
      int start = path.indexOf('{');
      int end = path.indexOf('}');
      String name = path.substring(start + 1, end);
      Answer list = user.get(path.substring(0, start - 1));
      String found = NOWHERE;
      if (list.status() == 200 && list.text().matches("(?s)\\s*[\\[{].*")) {
        JsonNode content = list.json().isArray() ? list.json() : list.json().path("content");
        JsonNode first = content.path(0);
        String value =
            first.path(name.toLowerCase(Locale.ROOT).endsWith("id") ? "id" : name).asString("");
        found = value.isEmpty() ? NOWHERE : value;
      }
      path = path.substring(0, start) + found + path.substring(end + 1);
    }
    return path;
  }

  private static Request at(Request request, String target) {
    return new Request(
        request.method(), target, request.version(), request.headers(), request.body());
  }

  private static Request as(String method, Request request) {
    return new Request(
        method, request.target(), request.version(), request.headers(), request.body());
  }

  private static Request anonymous(Request request) {
    return new Request(
        request.method(),
        request.target(),
        request.version(),
        request.headers().stream().filter(line -> !line.startsWith("Authorization:")).toList(),
        request.body());
  }

  private static Request with(Request request, byte[] body) {
    return new Request(
        request.method(),
        request.target(),
        request.version(),
        request.headers().stream()
            .map(
                line ->
                    line.startsWith("Content-Length:") ? "Content-Length: " + body.length : line)
            .toList(),
        body);
  }

  /** Replaces headers of the same names. */
  private static Request with(Request request, List<String> lines) {
    Set<String> names = lines.stream().map(EveryOperationIT::name).collect(Collectors.toSet());
    boolean chunked = lines.contains("Transfer-Encoding: chunked");
    List<String> headers =
        request.headers().stream()
            .filter(line -> !names.contains(name(line)))
            .filter(
                line ->
                    !names.contains("transfer-encoding") || !name(line).equals("content-length"))
            .collect(Collectors.toCollection(ArrayList::new));
    lines.stream().filter(line -> !line.startsWith(Corpus.WITHOUT)).forEach(headers::add);
    return new Request(
        request.method(),
        request.target(),
        request.version(),
        headers,
        chunked ? chunks(request.body()) : request.body());
  }

  private static byte[] chunks(byte[] body) {
    String text = new String(body, UTF_8);
    return (body.length == 0 ? "0\r\n\r\n" : "%x\r\n%s\r\n0\r\n\r\n".formatted(body.length, text))
        .getBytes(UTF_8);
  }

  private static String name(String line) {
    return line.replaceFirst("^" + Corpus.WITHOUT, "")
        .replaceFirst("(?s):.*", "")
        .toLowerCase(Locale.ROOT);
  }

  /**
   * Sends a request and records the mistakes of its answer.
   *
   * @param expected the allowed statuses; null allows any
   * @return the answer, or null if none arrived
   */
  private Reply check(String input, Operation operation, Request request, Set<Integer> expected)
      throws IOException {
    String what = operation + " | " + Corpus.brief(input) + " | ";
    Reply reply;
    try {
      reply = connection.send(request);
      if (reply.status() == 401
          && (expected == null ? operation.isClosed() : !expected.contains(401))
          && request.headers().contains("Authorization: " + user.headers().get("Authorization"))) {
        // The operation may have ended the session.
        user = annals.signedIn(email, Annals.PASSWORD);
        reply =
            connection.send(
                with(request, List.of("Authorization: " + user.headers().get("Authorization"))));
      }
    } catch (IOException | RuntimeException unanswered) {
      findings.add(what + "no answer: " + unanswered);
      return null;
    } finally {
      // The server would read the missing body from the next request.
      if (request.headers().stream()
          .anyMatch(
              line ->
                  line.startsWith("Transfer-Encoding")
                      || (line.startsWith("Content-Length")
                          && !line.equals("Content-Length: " + request.body().length)))) {
        connection.close();
      }
    }
    boolean limited = reply.status() == 429 && operation.documents(429);
    if (expected != null && !expected.contains(reply.status()) && !limited) {
      findings.add(what + reply.status() + " instead of " + expected);
    }
    mistakes(request, reply).forEach(mistake -> findings.add(what + mistake));
    return reply;
  }

  private static List<String> mistakes(Request request, Reply reply) {
    int status = reply.status();
    List<String> mistakes = new ArrayList<>();
    for (String line : reply.headers()) {
      if (!line.matches("[!#$%&'*+.^_`|~0-9A-Za-z-]+:[\\t -~]*")) {
        mistakes.add("malformed header " + line);
      }
    }
    for (String once :
        List.of(
            "Content-Type",
            "Content-Length",
            "ETag",
            "Location",
            "Cache-Control",
            "X-Request-Id")) {
      if (reply.all(once).size() > 1) {
        mistakes.add(once + " twice");
      }
    }
    if (reply.header("X-Request-Id").isEmpty()) {
      mistakes.add(status + " without X-Request-Id");
    }
    if (status == 500 || status == 502 || status == 504) {
      mistakes.add("" + status);
    }
    if ((status == 503 || status == 429) && reply.header("Retry-After").isEmpty()) {
      mistakes.add(status + " without Retry-After");
    }
    if (status == 401 && reply.header("WWW-Authenticate").isEmpty()) {
      mistakes.add("401 without WWW-Authenticate");
    }
    if (status == 405 && reply.header("Allow").isEmpty()) {
      mistakes.add("405 without Allow");
    }
    if (status == 304 && reply.header("ETag").isEmpty()) {
      mistakes.add("304 without ETag");
    }
    if (status == 304 && reply.header("Cache-Control").isEmpty()) {
      mistakes.add("304 without Cache-Control");
    }
    if (status >= 400 && !request.method().equals("HEAD")) {
      problem(request, reply, mistakes);
    }
    return mistakes;
  }

  private static void problem(Request request, Reply reply, List<String> mistakes) {
    if (!reply.all("Content-Type").equals(List.of("application/problem+json"))) {
      mistakes.add(reply.status() + " as " + reply.all("Content-Type"));
      return;
    }
    JsonNode problem;
    try {
      problem = Json.parse(reply.body());
    } catch (RuntimeException unreadable) {
      mistakes.add(reply.status() + " with " + Corpus.brief(reply.text()));
      return;
    }
    String type = problem.path("type").asString("");
    if (problem.path("status").asInt() != reply.status()
        || problem.path("title").asString("").isBlank()
        || problem.path("detail").asString("").isBlank()
        || !(type.startsWith("urn:problem:") || type.startsWith("https://iana.org/"))) {
      mistakes.add("half a problem document: " + problem);
    }
    // The path of a malformed head may be unknown.
    String path = request.target().replaceFirst("\\?.*", "");
    if (!Set.of(400, 414).contains(reply.status())
        && !problem.path("instance").asString("").equals(path)) {
      mistakes.add(
          reply.status()
              + " with the instance "
              + Corpus.brief(problem.path("instance").asString("")));
    }
    TALES.stream()
        .filter(reply.text().replace(path, "")::contains)
        .forEach(tale -> mistakes.add("tells of " + tale));
  }

  private void assertNoFindings() {
    annals.anybody().get("/livez").expect(200);
    List<String> lines = output().substring(logged).lines().filter(it -> !it.isBlank()).toList();
    for (int i = 0; i < lines.size(); i++) {
      if (lines.get(i).contains(" ERROR ")) {
        findings.add("log | " + lines.subList(i, Math.min(i + 3, lines.size())));
      }
    }
    // Mistakes of many operations come first.
    Map<String, Set<String>> inputs = new TreeMap<>();
    for (String finding : new LinkedHashSet<>(findings)) {
      String[] parts = finding.split(" \\| ", 2);
      inputs.computeIfAbsent(parts[1], input -> new LinkedHashSet<>()).add(parts[0]);
    }
    List<String> told =
        inputs.entrySet().stream()
            .sorted((a, b) -> b.getValue().size() - a.getValue().size())
            .limit(MAX_FINDINGS)
            .map(
                it ->
                    "%s: %d, such as %s"
                        .formatted(
                            it.getKey(),
                            it.getValue().size(),
                            it.getValue().stream().limit(3).toList()))
            .toList();
    assertThat(told).as("%d findings, by input and answer", findings.size()).isEmpty();
  }
}
