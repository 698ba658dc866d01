package dev.annals.standalone.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(Deployment.class)
class LoginIT {

  private final Annals annals;
  private final Client anybody;
  private final String email = Annals.newEmail();

  LoginIT(Annals annals) {
    this.annals = annals;
    anybody = annals.anybody();
    anybody.post("/auth/register", Annals.registration(email, Annals.PASSWORD, "Ada")).expect(201);
  }

  @Test
  void answersTokensWithCacheControlNoStore() {
    Answer tokens = login(email, Annals.PASSWORD).expect(200);
    assertThat(tokens.json().propertyNames())
        .containsExactlyInAnyOrder(
            "accessToken", "tokenType", "expiresIn", "refreshToken", "refreshExpiresIn");
    assertThat(tokens.text("/tokenType")).isEqualTo("Bearer");
    assertThat(tokens.json().get("expiresIn").asInt()).isEqualTo(600);
    assertThat(tokens.json().get("refreshExpiresIn").asLong()).isGreaterThan(600);
    assertThat(tokens.header("Cache-Control").orElseThrow()).contains("no-store");
  }

  @Test
  void acceptsTheAddressInAnyCase() {
    login(email.toUpperCase(Locale.ROOT), Annals.PASSWORD).expect(200);
  }

  @Test
  void answersUnknownAddressesLikeWrongPasswords() {
    Answer wrong = login(email, "not the password").isProblem(401, "bad-credentials");
    Answer unknown = login(Annals.newEmail(), Annals.PASSWORD).isProblem(401, "bad-credentials");
    assertThat(unknown.text()).isEqualTo(wrong.text());
    assertThat(unknown.headers().map().keySet()).isEqualTo(wrong.headers().map().keySet());
    assertThat(wrong.header("WWW-Authenticate")).hasValue("Bearer");
    assertThat(unknown.header("WWW-Authenticate")).hasValue("Bearer");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "Σ", "İ"})
  void refusesTooLongAddressesLikeUnknownOnes(String character) {
    String tooLong = character.repeat(20_000) + "@example.org";
    login(tooLong, Annals.PASSWORD).isProblem(401, "bad-credentials");
    anybody.post("/auth/forgot-password", Json.object("email", tooLong)).expect(202);
    annals.admin().get("/admin/users?query=" + "a".repeat(254)).expect(200);
    annals.admin().get("/admin/users?query=" + "a".repeat(255)).isInvalidAt("?query");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Correct horse battery", "correct horse battery ", "", "correct"})
  void refusesWrongPasswords(String password) {
    login(email, password).isProblem(401, "bad-credentials");
  }

  @Test
  void refusesALongPasswordThatSharesTheFirst72Bytes() {
    String other = Annals.newEmail();
    anybody.post("/auth/register", Annals.registration(other, "b".repeat(72), "Ada")).expect(201);
    login(other, "b".repeat(72)).expect(200);
    login(other, "b".repeat(73)).isProblem(401, "bad-credentials");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        """
        {"email": "a@example.org"}""",
        """
        {"email": "a@example.org", "password": null}""",
        """
        {"email": "a@example.org", "password": 12}""",
        """
        {"email": "a@example.org", "password": "x", "remember": true}""",
        """
        {"email": "a@example.org", "password": "\\u0000"}""",
        """
        {"email": "a\\ud800@example.org", "password": "x"}"""
      })
  void refusesAnInvalidBody(String body) {
    anybody.post("/auth/login", body).isProblem(400, "validation");
  }

  @Test
  void opensASessionPerLogin() {
    Answer first = login(email, Annals.PASSWORD).expect(200);
    Answer second = login(email, Annals.PASSWORD).expect(200);
    assertThat(second.text("/refreshToken")).isNotEqualTo(first.text("/refreshToken"));
    assertThat(second.text("/accessToken")).isNotEqualTo(first.text("/accessToken"));
  }

  @Test
  void showsTheUsersProfile() {
    Answer me = annals.signedIn(email, Annals.PASSWORD).get("/users/me").expect(200).hasVersion(0);
    assertThat(me.text("/email")).isEqualTo(email);
    assertThat(me.text("/displayName")).isEqualTo("Ada");
    assertThat(Json.texts(me.json().get("roles"))).containsExactly("USER");
  }

  @Test
  void ignoresATokenOnOpenPaths() {
    Client confused = anybody.with("Authorization", "Bearer nonsense");
    confused.post("/auth/login", Annals.login(email, Annals.PASSWORD)).expect(200);
    confused.get("/.well-known/jwks.json").expect(200);
  }

  private Answer login(String address, String password) {
    Answer answer = anybody.post("/auth/login", Annals.login(address, password));
    if (answer.status() == 200) {
      Annals.SECRETS.add(answer.text("/accessToken"));
      Annals.SECRETS.add(answer.text("/refreshToken"));
    }
    return answer;
  }
}
