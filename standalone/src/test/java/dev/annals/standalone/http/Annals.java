package dev.annals.standalone.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.annals.standalone.Postbox;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.core.ThrowingRunnable;

/**
 * A deployment as its clients see it.
 *
 * @param url the URL of the API, without a trailing slash
 * @param output supplies its log so far, if the tests can read it
 * @param entrance supplies the log of the process that clients connect to
 */
record Annals(URI url, Optional<Supplier<String>> output, Optional<Supplier<String>> entrance) {

  Annals(URI url, Optional<Supplier<String>> output) {
    this(url, output, output);
  }

  /** The default password of test users. */
  static final String PASSWORD = "correct horse battery";

  /** The configuration of the first administrator of each test deployment. */
  static final Map<String, String> ADMIN =
      Map.of(
          "ANNALS_ADMIN_EMAIL", "admin@example.org",
          "ANNALS_ADMIN_PASSWORD", "an admin's password");

  /** The subject of verification mails. */
  static final String VERIFICATION = "Verify your e-mail address for Annals";

  private static final Pattern VERIFICATION_LINK =
      Pattern.compile("(?m)^http://localhost:\\d+/verify-email\\?token=([A-Za-z0-9_-]{43})\\r?$");

  /** Issued secrets, which must never appear in a log. */
  static final Set<String> SECRETS = ConcurrentHashMap.newKeySet();

  /** Returns a client without a token. */
  Client anybody() {
    return new Client(url, Map.of());
  }

  /** Registers a user and returns a client with their token. */
  Client newUser() {
    String email = newEmail();
    anybody().post("/auth/register", registration(email, PASSWORD, "Ada")).expect(201);
    return signedIn(email, PASSWORD);
  }

  /** Registers a user with roles and returns a client with their token. */
  Client newUser(String email, String... roles) {
    String id =
        anybody().post("/auth/register", registration(email, PASSWORD, "Ada")).expect(201).id();
    admin()
        .ifMatch(0)
        .put("/admin/users/" + id + "/roles", Json.object("roles", List.of(roles)))
        .expect(200);
    return signedIn(email, PASSWORD);
  }

  /** Returns a client with the first administrator's token. */
  Client admin() {
    return signedIn(ADMIN.get("ANNALS_ADMIN_EMAIL"), ADMIN.get("ANNALS_ADMIN_PASSWORD"));
  }

  /** Verifies an address by its verification mail. */
  void verify(String email) {
    String token =
        await()
            .atMost(Duration.ofSeconds(30))
            .until(
                () -> Postbox.get().to(email, VERIFICATION).stream().findFirst(),
                Optional::isPresent)
            .map(Annals::verificationToken)
            .orElseThrow();
    anybody().post("/auth/verify-email", Json.object("token", token)).expect(204);
  }

  /** Returns the token of a verification mail. */
  static String verificationToken(Postbox.Mail mail) {
    Matcher link = VERIFICATION_LINK.matcher(mail.text());
    assertThat(link.find()).as(mail.text()).isTrue();
    SECRETS.add(link.group(1));
    return link.group(1);
  }

  /** Logs in and returns a client with the token. */
  Client signedIn(String email, String password) {
    Answer tokens = anybody().post("/auth/login", login(email, password)).expect(200);
    SECRETS.add(tokens.text("/accessToken"));
    SECRETS.add(tokens.text("/refreshToken"));
    return anybody().with("Authorization", "Bearer " + tokens.text("/accessToken"));
  }

  static String newEmail() {
    return UUID.randomUUID() + "@example.org";
  }

  static String registration(String email, String password, String displayName) {
    SECRETS.add(password);
    return Json.object("email", email, "password", password, "displayName", displayName);
  }

  static String login(String email, String password) {
    SECRETS.add(password);
    return Json.object("email", email, "password", password);
  }

  /** Waits until an assertion about a read model holds. */
  static void eventually(ThrowingRunnable assertion) {
    await()
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(40))
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(assertion);
  }
}
