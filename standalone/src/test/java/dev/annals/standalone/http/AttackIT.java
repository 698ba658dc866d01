package dev.annals.standalone.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.annals.servers.StompClient;
import dev.annals.standalone.AnnalsProcess;
import dev.annals.standalone.Postbox;
import dev.annals.standalone.StartsItsOwnPrograms;
import dev.annals.standalone.http.Attacker.Request;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * One client sends costly requests of each kind to a program with two processors and a heap of 512
 * MiB, while another user works normally. Short and without time limits in {@code verify}; in full
 * with the profile {@code faults}.
 */
@Tag("faults")
@Timeout(900)
@TestInstance(Lifecycle.PER_CLASS)
@StartsItsOwnPrograms
class AttackIT {

  private static final boolean FULL = Boolean.getBoolean("annals.faults.full");
  private static final Duration TIME = Duration.ofSeconds(FULL ? 30 : 1);
  // Longer than the deadline of a request.
  private static final Duration SLOW = Duration.ofSeconds(FULL ? 60 : 6);
  private static final int SLOW_CONNECTIONS = FULL ? 1000 : 230;
  private static final int LARGE_NOTES = FULL ? 100 : 10;
  private static final int TASKS_OF_THE_ERASED = FULL ? 20_000 : 1_000;
  private static final Duration NOTICEABLE = Duration.ofSeconds(2);
  private static final Duration PROBED = Duration.ofSeconds(1);
  private static final int MAX_CONTENT = 100_000;
  private static final String SIGMAS = "Σ".repeat(20_000);

  private static final List<Integer> SERVED_OR_TOLD_TO_WAIT = List.of(200, 429, 503);

  private AnnalsProcess program;
  private Annals annals;
  private Client user;
  private String email;
  private Attacker attacker;
  private long heapBefore;

  @BeforeAll
  void start(@TempDir Path folder) throws Exception {
    AnnalsProcess.Builder builder =
        AnnalsProcess.on(folder.toRealPath().resolve("data"))
            .with("JAVA_TOOL_OPTIONS", "-Xmx512m -XX:ActiveProcessorCount=2")
            // Each test logs in.
            .with("ANNALS_LIMITS_LOGIN_ADDRESS_CAPACITY", "0")
            .with(Postbox.get().variables());
    Annals.ADMIN.forEach(builder::with);
    program = (FULL ? builder.usersFlags() : builder).start().awaitReady();
    annals = new Annals(program.baseUrl(), Optional.empty());
    if (FULL) {
      newAttacker();
      whileAnotherWorks("nothing", () -> Attacker.pause(TIME));
      fillCaches();
      heapBefore = program.liveKibibytes();
    }
  }

  /** Caches are bounded in bytes and full during use. */
  private void fillCaches() {
    String content = "字".repeat(MAX_CONTENT);
    for (int i = 0; i < 100; i++) {
      String note =
          user.post("/notes", Json.object("title", "a large note", "content", content))
              .expect(201)
              .id();
      Annals.eventually(() -> user.get("/notes/" + note).expect(200));
    }
    user.get("/notes?size=100").expect(200);
  }

  /** Asserts that the heap has its former size one minute after all attacks. */
  @AfterAll
  void stop() throws Exception {
    try {
      if (FULL && heapBefore > 0) {
        Attacker.pause(Duration.ofSeconds(60));
        long after = program.liveKibibytes();
        System.out.printf("Measured: heap %d KiB before, %d KiB after%n", heapBefore, after);
        assertThat(after).isLessThanOrEqualTo(heapBefore + heapBefore / 10);
      }
    } finally {
      program.close();
    }
  }

  /** A task that may throw. */
  @FunctionalInterface
  private interface Attack {
    void run() throws Exception;
  }

  private void whileAnotherWorks(String name, Attack attack) throws Exception {
    try (Bystander bystander = new Bystander(annals).start()) {
      attack.run();
      bystander.stop();
      System.out.printf(
          "Measured: %s: %d requests, 99 of 100 within %d ms %s, each probe within %d ms; the attacker had %s%n",
          name,
          bystander.count(),
          bystander.slowestButOneOfAHundred().toMillis(),
          bystander.slowest(),
          bystander.slowestProbe().toMillis(),
          attacker.answers());
      bystander.hadNoFailure();
      if (FULL) {
        assertThat(bystander.slowestButOneOfAHundred()).as(name).isLessThan(NOTICEABLE);
        assertThat(bystander.slowestProbe()).as(name).isLessThan(PROBED);
      }
    }
  }

  @BeforeEach
  void newAttacker() {
    attacker = new Attacker(program.baseUrl());
    email = Annals.newEmail();
    annals
        .anybody()
        .post("/auth/register", Annals.registration(email, Annals.PASSWORD, "Mallory"))
        .expect(201);
    user = annals.signedIn(email, Annals.PASSWORD);
  }

  @Test
  void textsThatAreHardToFold() throws Exception {
    whileAnotherWorks(
        "hard texts",
        () ->
            attacker.send(
                8,
                TIME,
                List.of(
                    Request.of(
                        annals.anybody(),
                        "POST",
                        "/auth/login",
                        Annals.login(SIGMAS, "a password")),
                    Request.of(
                        annals.anybody(),
                        "POST",
                        "/auth/register",
                        Annals.registration(SIGMAS, Annals.PASSWORD, SIGMAS)),
                    Request.of(
                        annals.anybody(),
                        "POST",
                        "/auth/forgot-password",
                        Json.object("email", SIGMAS)),
                    Request.of(user, "POST", "/notes", Json.object("title", SIGMAS)),
                    note("Σ".repeat(MAX_CONTENT)),
                    note("e" + "\u0301\u0323".repeat(MAX_CONTENT / 2 - 1)),
                    note("\uFDFA".repeat(MAX_CONTENT)),
                    note(words(MAX_CONTENT / 8)),
                    Request.get(user, "/notes?q=" + encoded("Σ".repeat(600))),
                    Request.get(user, "/notes?tag=" + encoded("Σ".repeat(600))))));
    assertThat(attacker.answers().keySet()).isSubsetOf(200, 201, 202, 400, 401, 414, 429, 503);
  }

  @Test
  void pagesOfTheLargestThings() throws Exception {
    String content = "字".repeat(MAX_CONTENT);
    List<String> notes = new ArrayList<>();
    for (int i = 0; i < LARGE_NOTES; i++) {
      notes.add(
          user.post("/notes", Json.object("title", "large " + i, "content", content))
              .expect(201)
              .id());
    }
    for (int version = 0; version < LARGE_NOTES; version++) {
      user.ifMatch(version)
          .put(
              "/notes/" + notes.get(0),
              Json.object(
                  "title",
                  "t" + version,
                  "content",
                  content.substring(version + 1),
                  "tags",
                  List.of()))
          .expect(200);
    }
    whileAnotherWorks(
        "large pages",
        () ->
            attacker.send(
                16,
                TIME,
                List.of(
                    Request.get(user, "/notes/" + notes.get(0) + "/history?size=100"),
                    Request.get(user, "/notes?size=100"),
                    Request.get(user, "/notes?size=100&sort=title,asc").readSlowly(),
                    Request.get(user, "/notes/" + notes.get(0) + "?version=9"))));
    assertThat(attacker.answers().keySet()).isSubsetOf(SERVED_OR_TOLD_TO_WAIT);
  }

  @Test
  void consistencyTokensThatWereNeverIssued() throws Exception {
    Answer created = user.post("/notes", Json.object("title", "a note")).expect(201);
    String token = created.header("Consistency-Token").orElseThrow();
    whileAnotherWorks(
        "made-up tokens",
        () ->
            attacker.send(
                100,
                TIME,
                List.of(
                    Request.get(user, "/notes/" + created.id())
                        .with("Consistency-Token", "note.AAAAAAAAAAAAAAAAAAAAAA.7"),
                    Request.get(user, "/notes")
                        .with("Consistency-Token", "A" + token.substring(1)))));
    assertThat(attacker.answers().keySet()).containsOnly(400);
  }

  @Test
  void passwords() throws Exception {
    Client other = annals.newUser();
    whileAnotherWorks(
        "passwords",
        () -> {
          attacker.send(
              16,
              TIME,
              List.of(
                  Request.of(
                      other,
                      "POST",
                      "/auth/change-password",
                      Json.object(
                          "currentPassword", "a wrong guess", "newPassword", "a new password")),
                  Request.of(
                      other, "POST", "/users/me/erase", Json.object("password", "a wrong guess"))));
          assertThat(attacker.answers().keySet()).isSubsetOf(400, 429, 503);
          assertThat(attacker.answers().get(400)).isLessThanOrEqualTo(10);
          Attacker logins = new Attacker(program.baseUrl());
          logins.send(
              32,
              TIME,
              List.of(
                  Request.of(
                      annals.anybody(),
                      "POST",
                      "/auth/login",
                      Annals.login(email, Annals.PASSWORD))));
          assertThat(logins.answers().keySet()).isSubsetOf(SERVED_OR_TOLD_TO_WAIT);
        });
    assertThat(
            annals.signedIn(email, Annals.PASSWORD).get("/auth/sessions").expect(200).json().size())
        .isLessThanOrEqualTo(50);
  }

  @Test
  void connectionsThatSendAByteNowAndThen() throws Exception {
    List<Socket> sockets = new ArrayList<>();
    try {
      whileAnotherWorks(
          "slow requests",
          () -> {
            sockets.addAll(
                attacker.begin(
                    SLOW_CONNECTIONS,
                    "POST /auth/login HTTP/1.1\r\nHost: annals\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"
                        .getBytes(StandardCharsets.US_ASCII)));
            sockets.addAll(
                attacker.begin(
                    SLOW_CONNECTIONS,
                    "GET /livez HTTP/1.1\r\nHost: ".getBytes(StandardCharsets.US_ASCII)));
            long end = System.nanoTime() + SLOW.toNanos();
            while (System.nanoTime() < end) {
              sockets.forEach(AttackIT::sendAByte);
              Attacker.pause(Duration.ofSeconds(2));
            }
          });
      if (FULL) {
        Annals.eventually(() -> assertThat(sockets).allMatch(AttackIT::isClosed));
      }
    } finally {
      for (Socket socket : sockets) {
        socket.close();
      }
    }
  }

  @Test
  void searchesOfManyWords() throws Exception {
    for (int i = 0; i < LARGE_NOTES; i++) {
      user.post("/notes", Json.object("title", "words " + i, "content", words(MAX_CONTENT / 8 + i)))
          .expect(201);
    }
    whileAnotherWorks(
        "searches",
        () -> {
          attacker.send(8, TIME, List.of(Request.get(user, "/notes?q=" + query(50))));
          assertThat(attacker.answers().keySet()).containsOnly(400);
          Attacker searches = new Attacker(program.baseUrl());
          searches.send(16, TIME, List.of(Request.get(user, "/notes?size=100&q=" + query(10))));
          assertThat(searches.answers().keySet()).isSubsetOf(SERVED_OR_TOLD_TO_WAIT);
        });
  }

  @Test
  void framesOfOneConnection() throws Exception {
    whileAnotherWorks(
        "frames",
        () -> {
          long end = System.nanoTime() + TIME.toNanos();
          while (System.nanoTime() < end) {
            try (StompClient flood = StompClient.of(user)) {
              // A server that stops reading blocks the write.
              CompletableFuture.delayedExecutor(end - System.nanoTime(), TimeUnit.NANOSECONDS)
                  .execute(flood::close);
              for (int i = 0; i < 5_000 && System.nanoTime() < end; i++) {
                flood.send(
                    "SUBSCRIBE", "id:" + i, "destination:" + StompClient.NOTIFICATIONS, "after:0");
                flood.send("UNSUBSCRIBE", "id:" + i);
              }
            } catch (RuntimeException | AssertionError closed) {
              // Expected.
              Attacker.pause(Duration.ofMillis(10));
            }
          }
        });
  }

  @Test
  void readersOfTheWholeHistoryWhoAreSlow() throws Exception {
    Client auditor = annals.admin();
    whileAnotherWorks(
        "slow exports",
        () ->
            attacker.send(
                40,
                TIME,
                List.of(
                    Request.get(auditor, "/audit/events")
                        .with("Accept", "application/x-ndjson")
                        .readSlowly(),
                    Request.get(user, "/users/me/export").readSlowly())));
    assertThat(attacker.answers().keySet()).isSubsetOf(SERVED_OR_TOLD_TO_WAIT);
  }

  @Test
  void aPersonWithManyTasksIsErased() throws Exception {
    Client person = annals.newUser();
    String tasks =
        Json.object(
            "tasks",
            IntStream.range(0, 100)
                .mapToObj(i -> Map.of("title", words(20), "description", words(50)))
                .toList());
    for (int i = 0; i < TASKS_OF_THE_ERASED / 100; i++) {
      person.post("/tasks/bulk", tasks).expect(201);
    }
    whileAnotherWorks(
        "an erasure",
        () -> {
          person.post("/users/me/erase", Json.object("password", Annals.PASSWORD)).expect(202);
          Attacker.pause(TIME);
        });
  }

  @Test
  void filesForTasksOfOthers() throws Exception {
    String task = annals.newUser().post("/tasks", Json.object("title", "a task")).expect(201).id();
    Request upload =
        new Request(
            "POST",
            "/tasks/" + task + "/attachments",
            user.with("Content-Type", "multipart/form-data; boundary=" + Client.BOUNDARY).headers(),
            new String(
                Client.multipart(
                    "a.txt",
                    "text/plain",
                    "a".repeat(20 << 20).getBytes(StandardCharsets.US_ASCII)),
                StandardCharsets.US_ASCII),
            false);
    whileAnotherWorks("files", () -> attacker.send(8, TIME, List.of(upload)));
    // A client that continues to send may miss the answer.
    assertThat(attacker.answers().keySet()).isSubsetOf(0, 404);
  }

  private Request note(String content) {
    return Request.of(user, "POST", "/notes", Json.object("title", "a note", "content", content));
  }

  private static String words(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> Integer.toString(i + 46_656, 36))
        .collect(Collectors.joining(" "));
  }

  private static String query(int words) {
    return encoded(
        IntStream.range(0, words)
            .mapToObj(i -> "1" + (char) ('0' + i % 10))
            .collect(Collectors.joining(" ")));
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private static void sendAByte(Socket socket) {
    try {
      socket.getOutputStream().write('a');
    } catch (IOException closed) {
      // The others continue.
    }
  }

  private static boolean isClosed(Socket socket) {
    try {
      socket.setSoTimeout(100);
      while (socket.getInputStream().read() >= 0) {
        // The answer may arrive earlier.
      }
      return true;
    } catch (SocketTimeoutException open) {
      return false;
    } catch (IOException reset) {
      return true;
    }
  }
}
