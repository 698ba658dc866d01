package dev.annals.benchmark;

import dev.annals.benchmark.Connection.Response;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** A program that stores notes, and its users. All contestants take the same requests. */
final class Contestant {

  /** The secret of the peers' tokens, which HS256 signs, the cheapest algorithm. */
  static final String SECRET = "a secret of the benchmarks, which this source publishes";

  static final String PASSWORD = "correct horse battery";

  private static final Duration FRESH = Duration.ofMinutes(4);
  private static final Pattern ACCESS_TOKEN = Pattern.compile("\"accessToken\":\"([^\"]+)\"");
  private static final AtomicLong NOTES = new AtomicLong();
  private static final String CONTENT = "All work and no play makes for a dull note. ".repeat(4);

  /** A kind of program. */
  enum Kind {
    STANDALONE,
    COMMANDS,
    /** Any alternative to Annals. */
    PEER
  }

  private final Kind kind;
  private final String name;
  private final String label;
  private final Program program;
  private final Map<String, Login> logins = new ConcurrentHashMap<>();

  /**
   * Creates a contestant.
   *
   * @param kind a peer accepts tokens signed by the secret; users of others register and log in
   * @param name the name of its database and log
   * @param label its name in tables
   */
  Contestant(Kind kind, String name, String label, Program program) {
    this.kind = kind;
    this.name = name;
    this.label = label;
    this.program = program;
  }

  private record Login(String fields, Instant since) {}

  Kind kind() {
    return kind;
  }

  String name() {
    return name;
  }

  String label() {
    return label;
  }

  Program program() {
    return program;
  }

  int port() {
    return program.port();
  }

  /** Returns the header fields of a user, of a login that is valid for some more minutes. */
  String as(String user) {
    return logins
        .compute(
            user,
            (name, known) ->
                known != null && known.since().plus(FRESH).isAfter(Instant.now())
                    ? known
                    : new Login(login(name, known == null), Instant.now()))
        .fields();
  }

  private String login(String user, boolean first) {
    if (kind == Kind.PEER) {
      return bearer(signed(user)) + "If-Match: *\r\n";
    }
    String credentials = credentials(user);
    try (Connection connection = new Connection(port())) {
      if (first && !user.equals(Growth.ADMIN)) {
        String whole = credentials + ",\"displayName\":\"%s\"}".formatted(user);
        connection.send(Connection.request("POST", "/auth/register", "", whole)).expect(201);
      }
      Response login =
          connection
              .send(Connection.request("POST", "/auth/login", "", credentials + "}"))
              .expect(200);
      Matcher token = ACCESS_TOKEN.matcher(login.text());
      if (!token.find()) {
        throw new IllegalStateException("no token: " + login);
      }
      return bearer(token.group(1)) + "If-Match: *\r\n";
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Returns the body of a login without its closing brace. */
  static String credentials(String user) {
    return "{\"email\":\"%s@example.org\",\"password\":\"%s\"".formatted(user, PASSWORD);
  }

  private static String bearer(String token) {
    return "Authorization: Bearer " + token + "\r\n";
  }

  private static String signed(String user) {
    String subject = UUID.nameUUIDFromBytes(user.getBytes(StandardCharsets.UTF_8)).toString();
    long now = Instant.now().getEpochSecond();
    String content =
        base64("{\"alg\":\"HS256\",\"typ\":\"JWT\"}".getBytes(StandardCharsets.UTF_8))
            + "."
            + base64(
                "{\"sub\":\"%s\",\"iat\":%d,\"exp\":%d}"
                    .formatted(subject, now, now + 600)
                    .getBytes(StandardCharsets.UTF_8));
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      return content + "." + base64(mac.doFinal(content.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String base64(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /** Returns the body of a new note. */
  static String note() {
    return "{\"title\":\"Note %d\",\"content\":\"%s\",\"tags\":[\"load\",\"benchmark\"]}"
        .formatted(NOTES.incrementAndGet(), CONTENT);
  }

  byte[] create(String user) {
    return Connection.request("POST", "/notes", as(user), note());
  }

  byte[] update(String user, String path) {
    return Connection.request("PUT", path, as(user), note());
  }

  byte[] get(String user, String path) {
    return Connection.request("GET", path, as(user), "");
  }

  /** Creates notes, and returns their paths. */
  List<String> created(String user, int count) throws IOException {
    List<String> paths = new ArrayList<>();
    try (Connection connection = new Connection(port())) {
      for (int i = 0; i < count; i++) {
        paths.add(connection.send(create(user)).expect(201).header("Location"));
      }
    }
    return paths;
  }
}
