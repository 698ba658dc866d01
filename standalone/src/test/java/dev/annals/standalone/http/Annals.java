package dev.annals.standalone.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.annals.standalone.Postbox;
import java.net.URI;
import java.time.Duration;
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
 * A deployment as its clients know it.
 *
 * @param url where its API is, without a slash at the end
 * @param output what it has logged so far, if that can be seen from here
 * @param entrance what of it was logged by the process that clients speak to
 */
record Annals(URI url, Optional<Supplier<String>> output, Optional<Supplier<String>> entrance) {

  Annals(URI url, Optional<Supplier<String>> output) {
    this(url, output, output);
  }

  /** The password of everybody whom the tests do not give another one. */
  static final String PASSWORD = "correct horse battery";

  /** The first administrator, whom every deployment of the tests is configured with. */
  static final Map<String, String> ADMIN =
      Map.of(
          "ANNALS_ADMIN_EMAIL", "admin@example.org",
          "ANNALS_ADMIN_PASSWORD", "an admin's password");

  /** The subject of mails that ask whether an address is its user's. */
  static final String VERIFICATION = "Verify your e-mail address for Annals";

  private static final Pattern VERIFICATION_LINK =
      Pattern.compile("(?m)^http://localhost:\\d+/verify-email\\?token=([A-Za-z0-9_-]{43})\\r?$");

  /** Whatever was issued to the tests and must never be seen in a log. */
  static final Set<String> SECRETS = ConcurrentHashMap.newKeySet();

  /** Somebody without a token. */
  Client anybody() {
    return new Client(url, Map.of());
  }

  /** A user whom nobody knows yet, with a token. */
  Client newUser() {
    String email = newEmail();
    anybody().post("/auth/register", registration(email, PASSWORD, "Ada")).expect(201);
    return signedIn(email, PASSWORD);
  }

  /** The first administrator, with a token. */
  Client admin() {
    return signedIn(ADMIN.get("ANNALS_ADMIN_EMAIL"), ADMIN.get("ANNALS_ADMIN_PASSWORD"));
  }

  /** Verifies an address by the mail that asks for it. */
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

  /** What a mail that asks for it lets its reader verify the address by. */
  static String verificationToken(Postbox.Mail mail) {
    Matcher link = VERIFICATION_LINK.matcher(mail.text());
    assertThat(link.find()).as(mail.text()).isTrue();
    SECRETS.add(link.group(1));
    return link.group(1);
  }

  /** The same user with a new token. */
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

  /** Waits for what a read model will show once it has caught up. */
  static void eventually(ThrowingRunnable assertion) {
    await()
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(40))
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(assertion);
  }
}
