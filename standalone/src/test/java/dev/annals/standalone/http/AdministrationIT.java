package dev.annals.standalone.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.annals.servers.StompClient;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** User administration. */
@ExtendWith(Deployment.class)
class AdministrationIT {

  private static final String UNKNOWN_USER = "/admin/users/00000000-0000-4000-8000-000000000000";

  private final Annals annals;
  private final Client anybody;
  private final Client admin;
  private final String email = Annals.newEmail();
  private final Answer registered;
  private final String path;

  AdministrationIT(Annals annals) {
    this.annals = annals;
    anybody = annals.anybody();
    admin = annals.admin();
    registered = register(email, "Ada");
    path = "/admin/users/" + registered.id();
  }

  @Test
  void answers404ForTheIdOfANote() {
    String note = annals.newUser().post("/notes", Kind.NOTE.creation).expect(201).id();
    Client admin = annals.admin().with("If-Match", "*");
    String path = "/admin/users/" + note;
    admin.get(path).isProblem(404, "not-found");
    admin.post(path + "/disable").isProblem(404, "not-found");
    admin.post(path + "/enable").isProblem(404, "not-found");
    admin.put(path + "/roles", "{\"roles\":[]}").isProblem(404, "not-found");
  }

  @Test
  void showsProfileRolesAndStateOfAUser() {
    Answer shown = admin.get(path).expect(200).hasVersion(0);
    JsonNode user = shown.json();
    assertThat(user.propertyNames())
        .containsExactlyInAnyOrder(
            "id",
            "email",
            "emailVerified",
            "displayName",
            "roles",
            "enabled",
            "createdAt",
            "dailySummary",
            "timeZone",
            "summaryHour",
            "version");
    registered
        .json()
        .properties()
        .forEach(
            property ->
                assertThat(user.get(property.getKey()))
                    .as(property.getKey())
                    .isEqualTo(property.getValue()));
    assertThat(user.get("enabled").asBoolean()).isTrue();
    assertThat(Instant.parse(user.get("createdAt").asString()))
        .isBetween(Instant.now().minusSeconds(120), Instant.now().plusSeconds(120));
    assertThat(user).isEqualTo(only("?query=" + email));
  }

  @Test
  void endsAllAccessOfADisabledUserAtOnce() {
    Client user = signedIn();
    Client other = signedIn();
    user.get("/notes").expect(200);
    try (StompClient socket = StompClient.of(user).subscribed()) {
      Answer disabled = admin.post(path + "/disable").expect(200).hasVersion(1);
      assertThat(disabled.json().get("enabled").asBoolean()).isFalse();
      assertThat(disabled.header("Consistency-Token")).isPresent();
      for (String resource : List.of("/users/me", "/notes", "/notifications", "/auth/sessions")) {
        user.get(resource).isProblem(401, "unauthorized");
        other.get(resource).isProblem(401, "unauthorized");
      }
      user.post("/notes", Json.object("title", "Late")).isProblem(401, "unauthorized");
      socket.isRefused();
    }
  }

  @Test
  void reportsADisabledAccountOnlyToTheRightPassword() {
    String refreshToken = login(Annals.PASSWORD).expect(200).text("/refreshToken");
    admin.post(path + "/disable").expect(200);
    login(Annals.PASSWORD).isProblem(403, "account-disabled");
    login("not the password").isProblem(401, "bad-credentials");
    anybody
        .post("/auth/refresh", Json.object("refreshToken", refreshToken))
        .isProblem(401, "invalid-refresh-token");
  }

  @Test
  void enablesAUserAgain() {
    Client before = signedIn();
    admin.post(path + "/disable").expect(200);
    Answer enabled = admin.post(path + "/enable").expect(200).hasVersion(2);
    assertThat(enabled.json().get("enabled").asBoolean()).isTrue();
    signedIn().get("/users/me").expect(200).hasVersion(2);
    before.get("/users/me").isProblem(401, "unauthorized");
  }

  @Test
  void storesNoEventForAnUnchangedState() {
    admin.post(path + "/enable").expect(200).hasVersion(0);
    admin.post(path + "/disable").expect(200).hasVersion(1);
    admin.post(path + "/disable").expect(200).hasVersion(1);
    assertThat(assign(admin.ifMatch(1), "USER").expect(200).hasVersion(1).header("ETag"))
        .hasValue("\"1\"");
  }

  @Test
  void appliesRolesFromTheNextToken() {
    Answer tokens = login(Annals.PASSWORD).expect(200);
    Client before = bearer(tokens);
    Answer assigned =
        assign(admin.ifMatch(0), "AUDITOR", "ADMIN", "USER").expect(200).hasVersion(1);
    assertThat(Json.texts(assigned.json().get("roles")))
        .containsExactly("USER", "ADMIN", "AUDITOR");
    assertThat(assigned.header("Consistency-Token")).isPresent();
    before.get(path).isProblem(403, "forbidden");

    Answer refreshed =
        anybody
            .post("/auth/refresh", Json.object("refreshToken", tokens.text("/refreshToken")))
            .expect(200);
    bearer(refreshed).get(path).expect(200).hasVersion(1);
    signedIn().get(path).expect(200);

    assign(admin.ifMatch(1)).expect(200).hasVersion(2);
    Client after = signedIn();
    assertThat(after.get("/users/me").expect(200).json().get("roles")).isEmpty();
    after.get("/notes").isProblem(403, "forbidden");
    after.get(path).isProblem(403, "forbidden");
  }

  @Test
  void requiresTheVersionToChangeRoles() {
    assign(admin, "USER", "AUDITOR").isProblem(428, "precondition-required");
    Answer stale = assign(admin.ifMatch(4), "USER").isProblem(412, "stale-version");
    assertThat(stale.json().get("currentVersion").asInt()).isZero();
    assign(admin.with("If-Match", "0"), "USER").isProblem(400, "bad-request");
    assign(admin.with("If-Match", "*"), "USER", "AUDITOR").expect(200).hasVersion(1);
  }

  @ParameterizedTest
  @CsvSource({
    "'{\"roles\": [\"ROOT\"]}', /roles/0",
    "'{\"roles\": [\"USER\", \"admin\"]}', /roles/1",
    "'{\"roles\": [\"USER\", null]}', /roles/1",
    "'{\"roles\": [\"USER\", \"ADMIN\", \"USER\", \"USER\"]}', '/roles/2 /roles/3'",
    "'{\"roles\": \"USER\"}', /roles",
    "'{\"roles\": null}', /roles",
    "'{}', /roles",
    "'{\"roles\": [], \"enabled\": true}', /enabled"
  })
  void refusesUnknownRoles(String body, String pointers) {
    admin.ifMatch(0).put(path + "/roles", body).isInvalidAt(pointers.split(" "));
    admin.put(UNKNOWN_USER + "/roles", body).isInvalidAt(pointers.split(" "));
  }

  @Test
  void answers404ForAnUnknownUser() {
    for (String unknown : List.of(UNKNOWN_USER, "/admin/users/no-uuid")) {
      admin.get(unknown).isProblem(404, "not-found");
      admin.post(unknown + "/disable").isProblem(404, "not-found");
      admin.post(unknown + "/enable").isProblem(404, "not-found");
      admin.put(unknown + "/roles", "{\"roles\": []}").isProblem(404, "not-found");
    }
  }

  @Test
  void answers403ToOtherRoles() {
    assign(admin.ifMatch(0), "USER", "AUDITOR").expect(200);
    Client auditor = signedIn();
    for (String resource : List.of("/admin/users", path, UNKNOWN_USER, "/admin/users?page=x")) {
      auditor.get(resource).isProblem(403, "forbidden");
      anybody.get(resource).isProblem(401, "unauthorized");
    }
    for (String change : List.of("/disable", "/enable")) {
      auditor.post(path + change).isProblem(403, "forbidden");
      anybody.post(path + change).isProblem(401, "unauthorized");
    }
    auditor.put(path + "/roles", "{").isProblem(403, "forbidden");
    anybody.put(path + "/roles", "{").isProblem(401, "unauthorized");
    admin.get(path).expect(200).hasVersion(1);
  }

  @Test
  void keepsTheLastAdministrator() {
    for (JsonNode other : content("?role=ADMIN&size=100")) {
      if (!other.get("email").asString().equals(Annals.ADMIN.get("ANNALS_ADMIN_EMAIL"))) {
        admin
            .with("If-Match", "*")
            .put("/admin/users/" + other.get("id").asString() + "/roles", "{\"roles\": []}")
            .expect(200);
      }
    }
    Answer me = admin.get("/users/me").expect(200);
    String own = "/admin/users/" + me.id();
    long version = me.json().get("version").asLong();
    String auditor = "{\"roles\": [\"AUDITOR\"]}";
    admin.post(own + "/disable").isProblem(409, "last-admin");
    admin.ifMatch(version).put(own + "/roles", auditor).isProblem(409, "last-admin");
    admin.ifMatch(version + 1).put(own + "/roles", auditor).isProblem(412, "stale-version");
    admin.get(own).expect(200).hasVersion(version);

    assign(admin.ifMatch(0), "ADMIN").expect(200);
    Client second = signedIn();
    second.post(path + "/disable").expect(200);
    admin.post(own + "/disable").isProblem(409, "last-admin");
  }

  @Test
  void findsUsersByAPartOfAddressOrName() {
    String mark = UUID.randomUUID().toString().substring(0, 8);
    register(mark + "-anna_1@example.org", "Straße 100% " + mark);
    register(mark + "-bert@example.com", "Anna\\Bert " + mark);
    register("carl@" + mark + ".example.org", "Carl ÉMILE " + mark);
    assertThat(emails(mark)).hasSize(3);
    assertThat(emails(mark.toUpperCase(Locale.ROOT))).hasSize(3);
    assertThat(emails(mark + "-")).hasSize(2);
    assertThat(emails("émile " + mark)).containsExactly("carl@" + mark + ".example.org");
    assertThat(emails("100% " + mark)).containsExactly(mark + "-anna_1@example.org");
    assertThat(emails("1__% " + mark)).isEmpty();
    assertThat(emails(mark + "-anna_1@")).hasSize(1);
    assertThat(emails(mark + "_anna")).isEmpty();
    assertThat(emails("anna\\bert " + mark)).containsExactly(mark + "-bert@example.com");
    assertThat(emails(mark + "'")).isEmpty();
  }

  @Test
  void filtersUsersByRoleAndState() {
    admin.post(path + "/disable").expect(200);
    assertThat(only("?enabled=false&query=" + email).get("enabled").asBoolean()).isFalse();
    assertThat(content("?enabled=true&query=" + email)).isEmpty();
    assertThat(content("?role=USER&query=" + email)).hasSize(1);
    assertThat(content("?role=AUDITOR&query=" + email)).isEmpty();
    assign(admin.ifMatch(1), "AUDITOR").expect(200);
    assertThat(content("?role=AUDITOR&enabled=false&query=" + email)).hasSize(1);
    assertThat(content("?role=USER&query=" + email)).isEmpty();
  }

  @Test
  void listsUsersInOrderPageByPage() {
    String mark = UUID.randomUUID().toString();
    List<String> created = new ArrayList<>();
    for (String name : List.of("b", "{", "a", "Z", "~", "c")) {
      created.add(register(name + "@" + mark + ".example.org", "Ada").text("/email"));
    }
    List<String> sorted =
        List.of("a", "b", "c", "Z", "{", "~").stream()
            .map(name -> name + "@" + mark + ".example.org")
            .toList();
    String list = "?query=" + mark;
    assertThat(texts(list + "&sort=email,asc", "email")).isEqualTo(sorted);
    assertThat(texts(list + "&sort=email,desc", "email")).isEqualTo(reversed(sorted));
    assertThat(texts(list + "&sort=createdAt,asc", "createdAt")).isSorted();
    assertThat(texts(list, "createdAt")).isSortedAccordingTo(Collections.reverseOrder());
    assertThat(texts(list, "email")).containsExactlyInAnyOrderElementsOf(created);

    Answer page = admin.get("/admin/users" + list + "&sort=email,asc&size=2&page=1").expect(200);
    assertThat(Json.texts(page.json().get("content"), "email")).isEqualTo(sorted.subList(2, 4));
    assertThat(page.json().get("page"))
        .isEqualTo(
            Json.parse(
                """
                {"size": 2, "number": 1, "totalElements": 6, "totalPages": 3}"""));
    Map<String, String> links = Listing.links(page);
    assertThat(links).containsOnlyKeys("first", "prev", "next", "last");
    assertThat(Json.texts(admin.get(links.get("next")).json().get("content"), "email"))
        .isEqualTo(sorted.subList(4, 6));
    assertThat(content(list + "&page=92233720368547757")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "role=admin",
        "role=",
        "role=USER&role=ADMIN",
        "enabled=yes",
        "enabled=",
        "query=%00",
        "query=%ff",
        "sort=displayName,asc",
        "sort=email,up",
        "page=-1",
        "size=101"
      })
  void refusesInvalidParameters(String query) {
    admin.get("/admin/users?" + query).isInvalidAt("?" + query.substring(0, query.indexOf('=')));
  }

  private Answer register(String address, String displayName) {
    return anybody
        .post("/auth/register", Annals.registration(address, Annals.PASSWORD, displayName))
        .expect(201);
  }

  private Answer login(String password) {
    return anybody.post("/auth/login", Annals.login(email, password));
  }

  private Client signedIn() {
    return annals.signedIn(email, Annals.PASSWORD);
  }

  private Client bearer(Answer tokens) {
    Annals.SECRETS.add(tokens.text("/accessToken"));
    Annals.SECRETS.add(tokens.text("/refreshToken"));
    return anybody.with("Authorization", "Bearer " + tokens.text("/accessToken"));
  }

  private Answer assign(Client client, String... roles) {
    return client.put(path + "/roles", Json.object("roles", List.of(roles)));
  }

  private JsonNode content(String query) {
    return admin.get("/admin/users" + query).expect(200).json().get("content");
  }

  private JsonNode only(String query) {
    assertThat(content(query)).hasSize(1);
    return content(query).get(0);
  }

  private List<String> emails(String part) {
    return texts("?sort=email,asc&query=" + Listing.encoded(part), "email");
  }

  private List<String> texts(String query, String property) {
    return Json.texts(content(query), property);
  }

  private static List<String> reversed(List<String> texts) {
    List<String> reversed = new ArrayList<>(texts);
    Collections.reverse(reversed);
    return reversed;
  }
}
