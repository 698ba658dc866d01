package dev.annals.standalone.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.annals.servers.StompClient;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Sessions and their end. */
@ExtendWith(Deployment.class)
class SessionsIT {

  private static final String NEW_PASSWORD = "a staple in the battery";

  private final Annals annals;
  private final Client anybody;
  private final String email = Annals.newEmail();

  SessionsIT(Annals annals) {
    this.annals = annals;
    this.anybody = annals.anybody();
  }

  /** The tokens of a client. */
  private record Session(Client client, String refreshToken) {

    static Session of(Client anybody, Answer tokens) {
      Annals.SECRETS.add(tokens.text("/accessToken"));
      Annals.SECRETS.add(tokens.text("/refreshToken"));
      return new Session(
          anybody.with("Authorization", "Bearer " + tokens.text("/accessToken")),
          tokens.text("/refreshToken"));
    }

    void isLive() {
      client.get("/users/me").expect(200);
      client.get("/notes").expect(200);
    }

    void isRevoked() {
      for (String path : List.of("/users/me", "/notes", "/notifications", "/auth/sessions")) {
        Answer refused = client.get(path).isProblem(401, "unauthorized");
        assertThat(refused.header("WWW-Authenticate")).hasValue("Bearer error=\"invalid_token\"");
      }
      client.post("/notes", Json.object("title", "Late")).isProblem(401, "unauthorized");
    }
  }

  @BeforeEach
  void register() {
    anybody.post("/auth/register", Annals.registration(email, Annals.PASSWORD, "Ada")).expect(201);
  }

  @Test
  void continueWithEachRefreshToken() {
    Session session = login(Annals.PASSWORD);
    for (int i = 0; i < 3; i++) {
      Answer tokens = refresh(session.refreshToken()).expect(200);
      assertThat(tokens.header("Cache-Control").orElseThrow()).contains("no-store");
      assertThat(tokens.json().propertyNames())
          .containsExactlyInAnyOrder(
              "accessToken", "tokenType", "expiresIn", "refreshToken", "refreshExpiresIn");
      Session next = Session.of(anybody, tokens);
      assertThat(next.refreshToken()).isNotEqualTo(session.refreshToken());
      assertThat(next.refreshToken()).matches("[A-Za-z0-9_-]{43}");
      session.isLive();
      next.isLive();
      session = next;
    }
    assertThat(session.client().get("/auth/sessions").json()).hasSize(1);
  }

  @Test
  void haveAnAbsoluteEnd() {
    Answer first = annals.anybody().post("/auth/login", Annals.login(email, Annals.PASSWORD));
    long whole = first.json().get("refreshExpiresIn").asLong();
    Session session = Session.of(anybody, first.expect(200));
    long rest = refresh(session.refreshToken()).expect(200).json().get("refreshExpiresIn").asLong();

    assertThat(whole).isBetween(30 * 86_400L - 5, 30 * 86_400L);
    assertThat(rest).isLessThanOrEqualTo(whole);
  }

  @Test
  void endIfARefreshTokenIsReused() {
    Session other = login(Annals.PASSWORD);
    Session first = login(Annals.PASSWORD);
    Session second = Session.of(anybody, refresh(first.refreshToken()).expect(200));

    refresh(first.refreshToken()).isProblem(401, "invalid-refresh-token");

    first.isRevoked();
    second.isRevoked();
    refresh(second.refreshToken()).isProblem(401, "invalid-refresh-token");
    other.isLive();
  }

  @Test
  void endAfterTwentyConcurrentRefreshesWithOneToken() throws Exception {
    Session session = login(Annals.PASSWORD);
    List<Answer> answers = new ArrayList<>();
    ExecutorService clients = Executors.newFixedThreadPool(20);
    try {
      List<Future<Answer>> sent = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        sent.add(clients.submit(() -> refresh(session.refreshToken())));
      }
      for (Future<Answer> answer : sent) {
        answers.add(answer.get());
      }
    } finally {
      clients.shutdownNow();
    }

    assertThat(answers).filteredOn(answer -> answer.status() == 200).hasSize(1);
    assertThat(answers)
        .filteredOn(answer -> answer.status() != 200)
        .hasSize(19)
        .allSatisfy(answer -> answer.isProblem(401, "invalid-refresh-token"));
    Answer winner =
        answers.stream().filter(answer -> answer.status() == 200).findFirst().orElseThrow();
    Session.of(anybody, winner).isRevoked();
    session.isRevoked();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "x", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "' or 1=1 --", "ü"})
  void refuseAnInvalidRefreshToken(String token) {
    refresh(token).isProblem(401, "invalid-refresh-token");
    anybody.post("/auth/logout", Json.object("refreshToken", token)).expect(204);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"{}", "{\"refreshToken\":null}", "{\"refreshToken\":1}", "{\"token\":\"x\"}"})
  void refuseAnInvalidRefreshBody(String body) {
    anybody.post("/auth/refresh", body).isProblem(400, "validation");
    anybody.post("/auth/logout", body).isProblem(400, "validation");
  }

  @Test
  void endByLogout() {
    Session session = login(Annals.PASSWORD);
    Session other = login(Annals.PASSWORD);
    logout(session.refreshToken());
    session.isRevoked();
    refresh(session.refreshToken()).isProblem(401, "invalid-refresh-token");
    logout(session.refreshToken());
    other.isLive();
  }

  @Test
  void endByLogoutWithAUsedToken() {
    Session first = login(Annals.PASSWORD);
    Session second = Session.of(anybody, refresh(first.refreshToken()).expect(200));
    logout(first.refreshToken());
    second.isRevoked();
  }

  @Test
  void allEndByLogoutAll() {
    Client stranger = annals.newUser();
    Session session = login(Annals.PASSWORD);
    Session other = login(Annals.PASSWORD);
    session.client().post("/auth/logout-all").expect(204);
    session.isRevoked();
    other.isRevoked();
    stranger.get("/users/me").expect(200);
    login(Annals.PASSWORD).isLive();
  }

  @Test
  void areListedToTheirUser() {
    annals.newUser();
    Session first = login(Annals.PASSWORD);
    Client phone = anybody.with("User-Agent", "Phone/1.0");
    Session second =
        Session.of(anybody, phone.post("/auth/login", Annals.login(email, Annals.PASSWORD)));

    JsonNode list = second.client().get("/auth/sessions").expect(200).json();

    assertThat(list).hasSize(2);
    assertThat(list.get(0).propertyNames())
        .containsExactlyInAnyOrder("id", "createdAt", "lastUsedAt", "userAgent", "current");
    assertThat(list.get(0).get("userAgent").asString()).isEqualTo("Phone/1.0");
    assertThat(list.get(0).get("current").asBoolean()).isTrue();
    assertThat(list.get(1).get("current").asBoolean()).isFalse();
    assertThat(list.get(0).get("createdAt").asString()).endsWith("Z");
    logout(first.refreshToken());
    assertThat(second.client().get("/auth/sessions").json()).hasSize(1);
  }

  @Test
  void areRevokedOneByOne() {
    Session first = login(Annals.PASSWORD);
    Session second = login(Annals.PASSWORD);
    JsonNode list = second.client().get("/auth/sessions").json();
    String others = list.get(list.get(0).get("current").asBoolean() ? 1 : 0).get("id").asString();

    annals.newUser().delete("/auth/sessions/" + others).isProblem(404, "not-found");
    first.isLive();
    second.client().delete("/auth/sessions/" + others).expect(204);
    first.isRevoked();
    second.isLive();
    second.client().delete("/auth/sessions/" + others).isProblem(404, "not-found");
    second.client().delete("/auth/sessions/" + UUID.randomUUID()).isProblem(404, "not-found");
    second.client().delete("/auth/sessions/1").isProblem(404, "not-found");
  }

  @Test
  void closeTheirWebSocketsWhenTheyEnd() {
    Session session = login(Annals.PASSWORD);
    Session other = login(Annals.PASSWORD);
    try (StompClient ending = StompClient.of(session.client()).subscribed();
        StompClient staying = StompClient.of(other.client()).subscribed()) {
      logout(session.refreshToken());
      ending.isRefused();
      other.client().post("/notes", Json.object("title", "After")).expect(201);
      assertThat(Json.parse(staying.message()).at("/resource/title").asString()).isEqualTo("After");
    }
    try (StompClient late = StompClient.open(annals.url())) {
      late.send(
          "CONNECT",
          "accept-version:1.2",
          "Authorization:" + session.client().headers().get("Authorization"));
      late.isRefused();
    }
  }

  @Test
  void endExceptTheCurrentOneOnAPasswordChange() {
    Session current = login(Annals.PASSWORD);
    Session other = login(Annals.PASSWORD);

    Answer changed = changePassword(current, Annals.PASSWORD, NEW_PASSWORD).expect(204);

    assertThat(changed.header("Consistency-Token")).isPresent();
    current.isLive();
    refresh(current.refreshToken()).expect(200);
    other.isRevoked();
    anybody
        .post("/auth/login", Annals.login(email, Annals.PASSWORD))
        .isProblem(401, "bad-credentials");
    login(NEW_PASSWORD).isLive();
  }

  @Test
  void continueAfterARefusedPasswordChange() {
    Session session = login(Annals.PASSWORD);
    Session other = login(Annals.PASSWORD);
    changePassword(session, "not the password", NEW_PASSWORD).isProblem(400, "bad-credentials");
    changePassword(session, Annals.PASSWORD, "short").isInvalidAt("/newPassword");
    changePassword(session, "not the password", "é".repeat(37)).isInvalidAt("/newPassword");
    other.isLive();
    login(Annals.PASSWORD).isLive();
  }

  private Session login(String password) {
    return Session.of(
        anybody, anybody.post("/auth/login", Annals.login(email, password)).expect(200));
  }

  private Answer refresh(String token) {
    Answer answer = anybody.post("/auth/refresh", Json.object("refreshToken", token));
    if (answer.status() == 200) {
      Annals.SECRETS.add(answer.text("/refreshToken"));
    }
    return answer;
  }

  private void logout(String token) {
    assertThat(anybody.post("/auth/logout", Json.object("refreshToken", token)).expect(204).text())
        .isEmpty();
  }

  private static Answer changePassword(Session session, String current, String next) {
    Annals.SECRETS.add(next);
    return session
        .client()
        .post(
            "/auth/change-password", Json.object("currentPassword", current, "newPassword", next));
  }
}
