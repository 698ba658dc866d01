package dev.annals.standalone.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

@ExtendWith(Deployment.class)
class RegistrationIT {

  private static final String EMOJI = "\uD83D\uDE00";

  private final Client anybody;

  RegistrationIT(Annals annals) {
    anybody = annals.anybody();
  }

  @Test
  void answersTheNewUserWithTheirLocation() {
    String email = Annals.newEmail();
    Answer registered = register(email, Annals.PASSWORD, "Ada").expect(201).hasVersion(0);
    assertThat(registered.header("Location")).hasValue("/users/me");
    JsonNode user = registered.json();
    assertThat(user.propertyNames())
        .containsExactlyInAnyOrder(
            "id",
            "email",
            "emailVerified",
            "displayName",
            "roles",
            "dailySummary",
            "timeZone",
            "summaryHour",
            "version");
    assertThat(user.get("id").asString()).matches("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
    assertThat(user.get("email").asString()).isEqualTo(email);
    assertThat(user.get("emailVerified").asBoolean()).isFalse();
    assertThat(user.get("displayName").asString()).isEqualTo("Ada");
    assertThat(Json.texts(user.get("roles"))).containsExactly("USER");
    assertThat(user.get("dailySummary").asBoolean()).isFalse();
    assertThat(user.get("timeZone").asString()).isEqualTo("UTC");
    assertThat(user.get("summaryHour").asInt()).isEqualTo(7);
  }

  @Test
  void refusesATakenAddressInAnyCase() {
    String email = Annals.newEmail();
    register(email, Annals.PASSWORD, "Ada").expect(201);
    register(email, Annals.PASSWORD, "Ada").isProblem(409, "email-taken");
    register(email.toUpperCase(Locale.ROOT), "another password", "Eve")
        .isProblem(409, "email-taken");
  }

  @Test
  void acceptsOneOfManyConcurrentRegistrationsOfAnAddress() {
    String email = Annals.newEmail();
    var answers =
        IntStream.range(0, 8)
            .mapToObj(
                i -> CompletableFuture.supplyAsync(() -> register(email, Annals.PASSWORD, "Ada")))
            .toList();
    assertThat(answers.stream().map(answer -> answer.join().status()))
        .containsOnlyOnce(201)
        .containsOnly(201, 409);
  }

  @ParameterizedTest
  @ValueSource(strings = {"twelve chars", "\uD83D\uDE00\uD83D\uDE00 emoji count", "            "})
  void acceptsAPasswordOfTwelveCharacters(String password) {
    String email = Annals.newEmail();
    register(email, password, "Ada").expect(201);
    anybody.post("/auth/login", Annals.login(email, password)).expect(200);
  }

  @Test
  void limitsAPasswordByCharactersBelowAndBytesAbove() {
    String email = Annals.newEmail();
    refusesPassword("eleven char");
    refusesPassword(EMOJI.repeat(11));
    refusesPassword("b".repeat(73));
    refusesPassword("é".repeat(36) + "b");
    refusesPassword(EMOJI.repeat(19));
    refusesPassword("");
    refusesPassword("twelve\u0000chars");
    register(email, EMOJI.repeat(12), "Ada").expect(201);
    register(Annals.newEmail(), "b".repeat(72), "Ada").expect(201);
    register(Annals.newEmail(), "é".repeat(36), "Ada").expect(201);
    register(Annals.newEmail(), EMOJI.repeat(18), "Ada").expect(201);
    anybody.post("/auth/login", Annals.login(email, EMOJI.repeat(12))).expect(200);
  }

  @Test
  void measuresADisplayNameInCodePointsAndDoesNotTrimIt() {
    register(Annals.newEmail(), Annals.PASSWORD, "").isInvalidAt("/displayName");
    register(Annals.newEmail(), Annals.PASSWORD, EMOJI.repeat(101)).isInvalidAt("/displayName");
    for (String name : Set.of("A", " Ada ", EMOJI.repeat(100))) {
      Answer registered = register(Annals.newEmail(), Annals.PASSWORD, name).expect(201);
      assertThat(registered.text("/displayName")).isEqualTo(name);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "ada",
        "@example.org",
        "ada@",
        "a b@example.org",
        "a@b@c",
        "šdmin@example.org",
        "用户@example.org",
        "\"ada\"@example.org",
        "ada@[127.0.0.1]",
        "ada@example.org.",
        "ada@example.org,eve@example.org",
        "Ada <ada@example.org>",
        "@example.com:ada@example.org",
        "ada@example.org\r\nRCPT TO:<eve@example.org>"
      })
  void refusesAnInvalidAddress(String email) {
    register(email, Annals.PASSWORD, "Ada").isInvalidAt("/email");
  }

  @Test
  void reportsAllErrorsAtOnce() {
    Answer refused =
        anybody.post(
            "/auth/register",
            """
            {"email": 1, "password": "short", "displayName": null, "roles": ["ADMIN"]}""");
    refused.isProblem(400, "validation");
    assertThat(new TreeSet<>(Json.texts(refused.json().get("errors"), "pointer")))
        .containsExactly("/displayName", "/email", "/password", "/roles");
  }

  @Test
  void registersNoUserOnARefusal() {
    String email = Annals.newEmail();
    register(email, "too short", "Ada").isInvalidAt("/password");
    anybody.post("/auth/login", Annals.login(email, "too short")).isProblem(401, "bad-credentials");
    register(email, Annals.PASSWORD, "Ada").expect(201);
  }

  private void refusesPassword(String password) {
    Answer refused = register(Annals.newEmail(), password, "Ada").isProblem(400, "validation");
    assertThat(Json.texts(refused.json().get("errors"), "pointer")).containsOnly("/password");
  }

  private Answer register(String email, String password, String displayName) {
    return anybody.post("/auth/register", Annals.registration(email, password, displayName));
  }
}
