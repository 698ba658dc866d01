package dev.annals.standalone.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The request log, if the tests can read it. */
@ExtendWith(Deployment.class)
class RequestLogIT {

  private final Annals annals;
  private final Client user;
  private final String id = "log-" + UUID.randomUUID();

  RequestLogIT(Annals annals) {
    assumeThat(annals.output()).isPresent();
    this.annals = annals;
    this.user = annals.newUser();
  }

  @Test
  void hasOneLineForEachRequest() {
    String userId = user.get("/users/me").id();
    user.with("X-Request-Id", id).get("/notes?q=hush&tag=hush").expect(200);
    Annals.eventually(() -> assertThat(lines()).hasSize(1));
    assertThat(lines().get(0))
        .contains("[" + id + "]")
        .containsPattern(" GET /notes 200 \\d+ms " + userId + "$")
        .doesNotContain("hush", "?");
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /nothing, '', 404",
    "POST, /notes, '{', 400",
    "PUT, /notes, '{}', 405",
    "POST, /auth/login, '{\"email\": \"hush@example.org\", \"password\": \"hush\"}', 401",
    "DELETE, /notes/hush, '', 404"
  })
  void hasOneLineForEachRefusal(String method, String path, String body, int status) {
    user.with("X-Request-Id", id).send(method, path, body).expect(status);
    Annals.eventually(() -> assertThat(lines()).hasSize(1));
    assertThat(lines().get(0)).contains(" " + method + " " + path + " " + status + " ");
    assertThat(lines().get(0).replace(path, "")).doesNotContain("hush");
  }

  @Test
  void hasALineForAnAnonymousRequest() {
    annals.anybody().with("X-Request-Id", id).get("/notes?access_token=hush").expect(401);
    Annals.eventually(() -> assertThat(lines()).hasSize(1));
    assertThat(lines().get(0)).contains(" GET /notes 401 ").endsWith(" -");
  }

  @Test
  void omitsTheTokenOfAMailedLink() {
    annals.anybody().with("X-Request-Id", id).get("/reset-password?token=secrettoken").expect(200);
    annals.anybody().with("X-Request-Id", id).get("/verify-email?token=secrettoken").expect(200);
    Annals.eventually(() -> assertThat(lines()).hasSize(2));
    assertThat(lines().get(0)).contains(" GET /reset-password 200 ").endsWith(" -");
    assertThat(lines().get(1)).contains(" GET /verify-email 200 ").endsWith(" -");
    assertThat(annals.entrance().orElseThrow().get()).doesNotContain("secrettoken");
    assertThat(output()).doesNotContain("secrettoken");
  }

  @Test
  void cannotBeForgedThroughAPath() {
    annals.anybody().with("X-Request-Id", id).get("/a%0D%0AINFO%20forged").expect(400);
    Annals.eventually(() -> assertThat(lines()).hasSize(1));
    assertThat(output().lines()).noneMatch(line -> line.startsWith("INFO forged"));
  }

  @Test
  void omitsBodiesQueriesTokensAndErrors() {
    user.post("/notes", "{\"title\": \"a secret title\", \"content\": 1}").expect(400);
    user.get("/notes?q=secretquery").expect(200);
    assertThat(output())
        .doesNotContain("a secret title", "secretquery", "Bearer ", "example.org", "\tat ");
    // Other tests stop the mail server and store events that cannot be read, which is logged.
    assertThat(output().lines().filter(line -> !line.matches(".*(MailDelivery|write.Batch).*")))
        .noneMatch(line -> line.matches(".* (ERROR|WARN) .*"));
  }

  private List<String> lines() {
    String logged = annals.entrance().orElseThrow().get();
    return logged.lines().filter(line -> line.contains(id)).toList();
  }

  private String output() {
    return annals.output().orElseThrow().get();
  }
}
