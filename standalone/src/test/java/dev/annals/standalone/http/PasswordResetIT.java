package dev.annals.standalone.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.annals.standalone.Postbox;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Password resets with a real mail server. */
@ExtendWith(Deployment.class)
class PasswordResetIT {

  private static final String NEW_PASSWORD = "staple of the other horse";
  private static final Pattern LINK =
      Pattern.compile("http://localhost:\\d+/reset-password\\?token=([A-Za-z0-9_-]{43})");

  private final Postbox post = Postbox.get();
  private final Annals annals;
  private final Client anybody;
  private final String email = Annals.newEmail();

  PasswordResetIT(Annals annals) {
    this.annals = annals;
    anybody = annals.anybody();
  }

  @BeforeEach
  void aUser() {
    assumeThat(annals.output()).as("the deployment's mails come here").isPresent();
    anybody
        .post("/auth/register", Annals.registration(email, Annals.PASSWORD, "Ada <i>"))
        .expect(201);
  }

  @AfterEach
  void theMailServerIsThere() {
    post.start();
  }

  @Test
  void setsAPasswordOnceByAMailedLinkAndEndsAllSessions() {
    Answer session = anybody.post("/auth/login", Annals.login(email, Annals.PASSWORD)).expect(200);
    Annals.SECRETS.add(session.text("/accessToken"));
    Annals.SECRETS.add(session.text("/refreshToken"));
    Client signedIn = anybody.with("Authorization", "Bearer " + session.text("/accessToken"));
    signedIn.get("/users/me").expect(200).hasVersion(0);

    forgot(email).expect(202);

    Postbox.Mail mail = mail(1);
    assertThat(mail.subject()).isEqualTo("A new password for Annals");
    assertThat(mail.text()).startsWith("Hello,").contains("It was not you?");
    assertThat(mail.html()).contains("<p>Hello,</p>").contains("It was not you?");
    assertThat(mail.text() + mail.html()).doesNotContain("Ada");
    String token = token(mail.text());
    assertThat(token(mail.html())).isEqualTo(token);
    signedIn.get("/users/me").expect(200).hasVersion(0);

    Answer reset = reset(token, NEW_PASSWORD).expect(204);

    assertThat(reset.text()).isEmpty();
    signedIn.get("/users/me").isProblem(401, "unauthorized");
    anybody
        .post("/auth/refresh", Json.object("refreshToken", session.text("/refreshToken")))
        .isProblem(401, "invalid-refresh-token");
    anybody
        .post("/auth/login", Annals.login(email, Annals.PASSWORD))
        .isProblem(401, "bad-credentials");
    annals.signedIn(email, NEW_PASSWORD).get("/users/me").expect(200).hasVersion(1);
    reset(token, "yet another long password").isProblem(400, "invalid-reset-token");
    // A reset verifies the address.
    assertThat(
            annals
                .signedIn(email, NEW_PASSWORD)
                .get("/users/me")
                .json()
                .get("emailVerified")
                .asBoolean())
        .isTrue();
    Postbox.Mail notice = mail(2);
    assertThat(notice.subject()).isEqualTo("Your password for Annals was changed");
    assertThat(notice.text()).startsWith("Hello Ada <i>,");
    assertThat(notice.html()).contains("Hello Ada &lt;i&gt;,");
  }

  @Test
  void answersAnUnknownAddressLikeAKnownOneWithoutAMail() {
    String unknown = Annals.newEmail();

    Answer toUnknown = forgot(unknown).expect(202);
    Answer toKnown = forgot(email).expect(202);

    assertThat(toUnknown.text()).isEqualTo(toKnown.text()).isEmpty();
    assertThat(toUnknown.headers().map().keySet()).isEqualTo(toKnown.headers().map().keySet());
    mail(1);
    assertThat(post.to(unknown)).isEmpty();
  }

  @Test
  void sendsTheMailOnceAfterAnOutageOfTheMailServer() {
    post.stop();
    forgot(email).expect(202);
    Annals.eventually(
        () ->
            assertThat(annals.output().orElseThrow().get())
                .containsPattern("The mail \\S+ \\(password-reset\\) failed and is retried"));
    forgot(Annals.newEmail()).expect(202);

    post.start();

    reset(token(mail(1).text()), NEW_PASSWORD).expect(204);
    assertThat(mail(2).subject()).isEqualTo("Your password for Annals was changed");
    assertThat(mails()).hasSize(2);
  }

  @Test
  void invalidatesTheOlderMail() {
    forgot(email).expect(202);
    String older = token(mail(1).text());
    forgot(email.toUpperCase(Locale.ROOT)).expect(202);
    reset(older, NEW_PASSWORD).isProblem(400, "invalid-reset-token");

    String newer = token(mail(2).text());
    reset(older, NEW_PASSWORD).isProblem(400, "invalid-reset-token");
    reset(newer, NEW_PASSWORD).expect(204);
  }

  @Test
  void acceptsOneOfManyConcurrentUsesOfAToken() {
    forgot(email).expect(202);
    String token = token(mail(1).text());

    List<Integer> statuses =
        IntStream.range(0, 10)
            .parallel()
            .mapToObj(i -> reset(token, NEW_PASSWORD + i).status())
            .toList();

    assertThat(statuses)
        .containsOnlyOnce(204)
        .filteredOn(status -> status != 204)
        .containsOnly(400);
  }

  @Test
  void invalidatesTheTokenOnAPasswordChangeAndSendsAMail() {
    forgot(email).expect(202);
    String token = token(mail(1).text());
    Annals.SECRETS.add(NEW_PASSWORD);

    annals
        .signedIn(email, Annals.PASSWORD)
        .post(
            "/auth/change-password",
            Json.object("currentPassword", Annals.PASSWORD, "newPassword", NEW_PASSWORD))
        .expect(204);

    assertThat(mail(2).subject()).isEqualTo("Your password for Annals was changed");
    reset(token, "yet another long password").isProblem(400, "invalid-reset-token");
  }

  @Test
  void keepsTheTokenValidAfterAnInvalidPassword() {
    forgot(email).expect(202);
    String token = token(mail(1).text());

    reset(token, "too short").isInvalidAt("/newPassword");
    reset(token, "é".repeat(37)).isInvalidAt("/newPassword");
    reset(token, NEW_PASSWORD).expect(204);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "nonsense", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"})
  void refusesAnUnknownToken(String token) {
    reset(token, NEW_PASSWORD).isProblem(400, "invalid-reset-token");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        """
        {"email": null}""",
        """
        {"email": 12}""",
        """
        {"email": "a@example.org", "password": "x"}""",
        """
        {"email": "\\u0000"}"""
      })
  void refusesAnInvalidBody(String body) {
    anybody.post("/auth/forgot-password", body).isProblem(400, "validation");
  }

  private Answer forgot(String address) {
    return anybody.post("/auth/forgot-password", Json.object("email", address));
  }

  private Answer reset(String token, String newPassword) {
    Annals.SECRETS.add(newPassword);
    return anybody.post(
        "/auth/reset-password", Json.object("token", token, "newPassword", newPassword));
  }

  /** Waits for the user's n-th password mail. */
  private Postbox.Mail mail(int number) {
    Annals.eventually(() -> assertThat(mails()).hasSizeGreaterThanOrEqualTo(number));
    return mails().get(number - 1);
  }

  private List<Postbox.Mail> mails() {
    return post.to(email).stream()
        .filter(mail -> !mail.subject().equals(Annals.VERIFICATION))
        .toList();
  }

  private static String token(String text) {
    Matcher link = LINK.matcher(text);
    assertThat(link.find()).as(text).isTrue();
    Annals.SECRETS.add(link.group(1));
    return link.group(1);
  }
}
