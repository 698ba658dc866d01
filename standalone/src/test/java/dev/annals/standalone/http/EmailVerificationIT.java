package dev.annals.standalone.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.annals.standalone.Postbox;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** E-mail verification with a real mail server. */
@ExtendWith(Deployment.class)
class EmailVerificationIT {

  private static final String VERIFY = "/auth/verify-email";
  private static final String RESEND = "/auth/verify-email/resend";

  private final Annals annals;
  private final String email = Annals.newEmail();

  EmailVerificationIT(Annals annals) {
    this.annals = annals;
  }

  @BeforeEach
  void mailsComeHere() {
    assumeThat(annals.output()).as("the deployment's mails come here").isPresent();
  }

  @Test
  void verifiesTheAddressOnceByTheNewestMail() {
    String id =
        annals
            .anybody()
            .post("/auth/register", Annals.registration(email, Annals.PASSWORD, "Ada"))
            .expect(201)
            .hasVersion(0)
            .id();
    Client user = annals.signedIn(email, Annals.PASSWORD);
    String older = Annals.verificationToken(mail(1));
    assertThat(user.get("/users/me").json().get("emailVerified").asBoolean()).isFalse();

    Answer sent = user.post(RESEND).expect(202);

    assertThat(sent.text()).isEmpty();
    assertThat(sent.header("RateLimit-Policy")).hasValue("\"verify-email\";q=3;w=3600");
    assertThat(sent.header("RateLimit")).hasValue("\"verify-email\";r=2;t=3600");
    verify(older).isProblem(400, "invalid-verification-token");
    String newer = Annals.verificationToken(mail(2));
    user.get("/users/me").hasVersion(0);
    Answer verified = verify(newer).expect(204);

    assertThat(verified.text()).isEmpty();
    assertThat(verified.header("Consistency-Token")).isPresent();
    Answer me = user.get("/users/me").expect(200).hasVersion(1);
    assertThat(me.json().get("emailVerified").asBoolean()).isTrue();
    Client admin = annals.admin();
    JsonNode listed = admin.get("/admin/users?query=" + email).json().at("/content/0");
    assertThat(listed.get("emailVerified").asBoolean()).isTrue();
    assertThat(admin.get("/admin/users/" + id).json()).isEqualTo(listed);
    Annals.SECRETS.add("another " + Annals.PASSWORD);
    user.post(
            "/auth/change-password",
            Json.object(
                "currentPassword", Annals.PASSWORD, "newPassword", "another " + Annals.PASSWORD))
        .expect(204);
    JsonNode state = admin.get("/audit/aggregates/" + id).expect(200).json().get("state");
    assertThat(state.get("passwordChangedAt").asString()).isNotBlank();
    assertThat(state.get("emailVerified").asBoolean()).isTrue();
    verify(newer).isProblem(400, "invalid-verification-token");
    user.post(RESEND).isProblem(409, "already-verified");
  }

  @Test
  void theFirstAdministratorIsVerified() {
    assertThat(annals.admin().get("/users/me").json().get("emailVerified").asBoolean()).isTrue();
    assertThat(Postbox.get().to(Annals.ADMIN.get("ANNALS_ADMIN_EMAIL"), Annals.VERIFICATION))
        .isEmpty();
  }

  @Test
  void answers401AndSendsNoMailWithoutAToken() {
    annals.anybody().post(RESEND).isProblem(401, "unauthorized");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "nonsense", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"})
  void refusesAnUnknownToken(String token) {
    verify(token).isProblem(400, "invalid-verification-token");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        """
        {"token": null}""",
        """
        {"token": 12}""",
        """
        {"token": "x", "email": "a@example.org"}""",
        """
        {"token": "\\u0000"}"""
      })
  void refusesAnInvalidBody(String body) {
    annals.anybody().post(VERIFY, body).isProblem(400, "validation");
  }

  private Answer verify(String token) {
    return annals.anybody().post(VERIFY, Json.object("token", token));
  }

  /** Waits for the n-th verification mail. */
  private Postbox.Mail mail(int number) {
    Annals.eventually(
        () ->
            assertThat(Postbox.get().to(email, Annals.VERIFICATION))
                .hasSizeGreaterThanOrEqualTo(number));
    return Postbox.get().to(email, Annals.VERIFICATION).get(number - 1);
  }
}
