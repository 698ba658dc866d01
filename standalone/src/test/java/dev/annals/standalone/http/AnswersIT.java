package dev.annals.standalone.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Answers in special cases of content negotiation, methods, queries and conditions. */
@ExtendWith(Deployment.class)
class AnswersIT {

  private static final byte[] BYTES = "text".getBytes(StandardCharsets.UTF_8);

  private final Annals annals;

  AnswersIT(Annals annals) {
    this.annals = annals;
  }

  /** Generated clients accept problem documents only if an operation has no other answer. */
  @Test
  void logsOutAClientThatAcceptsOnlyProblems() {
    String email = Annals.newEmail();
    annals
        .anybody()
        .post("/auth/register", Annals.registration(email, Annals.PASSWORD, "Ada"))
        .expect(201);
    Answer tokens =
        annals.anybody().post("/auth/login", Annals.login(email, Annals.PASSWORD)).expect(200);
    Client generated =
        annals
            .anybody()
            .with("Accept", "application/problem+json")
            .with("Authorization", "Bearer " + tokens.text("/accessToken"));
    generated
        .post(
            "/auth/change-password",
            Json.object("currentPassword", Annals.PASSWORD, "newPassword", "another " + email))
        .expect(204);
    generated
        .post("/auth/logout", Json.object("refreshToken", tokens.text("/refreshToken")))
        .expect(204);
    generated.get("/users/me").isProblem(401, "unauthorized");

    Client again =
        annals.signedIn(email, "another " + email).with("Accept", "application/problem+json");
    again.get("/users/me").isProblem(406, "not-acceptable");
    again.post("/users/me/erase", Json.object("password", "another " + email)).expect(202);
  }

  @ParameterizedTest
  @CsvSource({
    "OPTIONS, /tasks/bulk, 200, 'OPTIONS, POST'",
    "GET, /tasks/bulk, 405, 'OPTIONS, POST'",
    "PATCH, /notes, 405, 'GET, HEAD, OPTIONS, POST'",
    "OPTIONS, /notes, 200, 'GET, HEAD, OPTIONS, POST'",
    "POST, /livez, 405, 'GET, HEAD, OPTIONS'"
  })
  void namesTheMethodsOfTheRoute(String method, String path, int status, String allowed) {
    Answer answer = annals.newUser().send(method, path, "").expect(status);
    assertThat(String.join(",", answer.headers().allValues("Allow")).split(", *"))
        .containsExactlyInAnyOrder(allowed.split(", *"));
  }

  @Test
  void acceptsALongQuery() {
    Client user = annals.newUser();
    String note = Kind.NOTE.createdBy(user);
    Annals.eventually(() -> user.get(note).expect(200));
    for (int length : new int[] {2_000, 4_000, 7_500}) {
      Answer page = user.get("/notes?tag=garden&unknown=" + "x".repeat(length)).expect(200);
      assertThat(page.header("Link"))
          .hasValue(
              "</notes?tag=garden&page=0&size=20>; rel=\"first\", "
                  + "</notes?tag=garden&page=0&size=20>; rel=\"last\"");
    }
    String tags =
        IntStream.range(0, 8)
            .mapToObj(i -> "&tag=" + i + "%E1%B9%A8".repeat(49))
            .collect(Collectors.joining());
    user.get("/notes?size=1" + tags).isProblem(414, "uri-too-long");
    user.get("/notes?unknown=" + "x".repeat(9_000)).isProblem(414, "uri-too-long");
    user.with("X-Some", "x".repeat(10_000)).get("/notes").isProblem(431, "header-fields-too-large");
  }

  @Test
  void answers304ToAMatchingEntityTag() {
    Client user = annals.newUser();
    String attachments = Kind.TASK.createdBy(user) + "/attachments";
    String file =
        attachments + "/" + user.upload(attachments, "a.txt", "text/plain", BYTES).expect(201).id();
    Answer whole = user.get(file).expect(200);
    for (Client knowing :
        new Client[] {
          user.with("If-None-Match", "*"),
          user.with("If-None-Match", "*").with("Range", "bytes=0-1"),
          user.with("If-None-Match", "*").with("Range", "bytes=9-1"),
          user.with("If-None-Match", "W/" + whole.header("ETag").orElseThrow())
        }) {
      for (String method : new String[] {"GET", "HEAD"}) {
        Answer answer = knowing.send(method, file, BodyPublishers.noBody()).expect(304);
        for (String header : new String[] {"ETag", "Cache-Control", "Expires", "Vary"}) {
          assertThat(answer.header(header)).as(header).isEqualTo(whole.header(header));
        }
      }
    }
  }
}
