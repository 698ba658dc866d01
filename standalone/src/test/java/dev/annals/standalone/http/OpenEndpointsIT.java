package dev.annals.standalone.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Endpoints that need no token. */
@ExtendWith(Deployment.class)
class OpenEndpointsIT {

  private final Client anybody;

  OpenEndpointsIT(Annals annals) {
    anybody = annals.anybody();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/livez", "/readyz"})
  void answerProbesWithoutDetails(String path) {
    assertThat(anybody.get(path).expect(200).json()).isEqualTo(Json.parse("{\"status\": \"UP\"}"));
  }

  @Test
  void showTheDocumentationToBrowsers() {
    Answer page = anybody.get("/swagger-ui.html");
    assertThat(page.status()).isIn(200, 302);
    String target =
        page.header("Location")
            .map(it -> it.substring(it.indexOf("/swagger-ui")))
            .orElse("/swagger-ui.html");
    assertThat(anybody.get(target).expect(200).text()).contains("<html");
  }

  @Test
  void leadBrowsersFromTheRootToTheConsole() {
    Answer site = anybody.with("Accept", "text/html,*/*;q=0.8").get("/").expect(302);
    assertThat(site.header("Location")).hasValue("/console/");
    Answer console = anybody.get("/console").expect(308);
    assertThat(console.header("Location")).hasValue("/console/");
    Answer page = anybody.get("/console/").expect(200);
    assertThat(page.header("Content-Type")).hasValue("text/html;charset=UTF-8");
    assertThat(page.header("Content-Security-Policy").orElseThrow())
        .contains("frame-ancestors 'none'")
        .doesNotContain("unsafe");
    anybody.get("/console/unheard-of").isProblem(404, "not-found");
    anybody.post("/console/", "").isProblem(405, "method-not-allowed");
    anybody.get("/").isProblem(401, "unauthorized");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/reset-password", "/verify-email"})
  void serveThePagesOfMailedLinks(String path) {
    Answer page = anybody.get(path + "?token=hush").expect(200);
    assertThat(page.header("Content-Type")).hasValue("text/html;charset=UTF-8");
    assertThat(page.header("Cache-Control")).hasValue("no-cache");
    assertThat(page.header("Referrer-Policy")).hasValue("no-referrer");
    assertThat(page.header("X-Content-Type-Options")).hasValue("nosniff");
    assertThat(page.header("Content-Security-Policy").orElseThrow())
        .startsWith("default-src 'none'; connect-src 'self'; ")
        .endsWith("; form-action 'none'; frame-ancestors 'none'");
    assertThat(page.text()).contains("<form").doesNotContain("hush");
    for (String method : List.of("POST", "PUT", "DELETE")) {
      anybody.send(method, path, "").isProblem(405, "method-not-allowed");
    }
    anybody.get(path + "/more").expect(401);
  }

  @Test
  void describeTheApiAsYaml() {
    Answer yaml = anybody.get("/v3/api-docs.yaml").expect(200);
    assertThat(yaml.header("Content-Type")).hasValue("application/vnd.oai.openapi");
  }

  @Test
  void publishTheKeysThatVerifyTokens() {
    JsonNode keys = anybody.get("/.well-known/jwks.json").expect(200).json().get("keys");
    assertThat(keys).isNotEmpty();
    for (JsonNode key : keys) {
      assertThat(key.propertyNames()).contains("kty", "crv", "x", "y", "kid").doesNotContain("d");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "post, /auth/register, '201 400 406 409 413 415'",
    "post, /auth/login, '200 400 401 403 406 413 415 429'",
    "post, /auth/forgot-password, '202 400 413 415 429'",
    "post, /auth/reset-password, '204 400 413 415'",
    "post, /auth/verify-email, '204 400 413 415'",
    "post, /auth/verify-email/resend, '202 401 403 409 429'",
    "get, /users/me, '200 401 406'",
    "get, /admin/users, '200 400 401 403 406'",
    "get, /admin/users/{id}, '200 401 403 404 406'",
    "put, /admin/users/{id}/roles, '200 400 401 403 404 406 409 412 413 415 428'",
    "post, /admin/users/{id}/disable, '200 401 403 404 406 409'",
    "post, /admin/users/{id}/enable, '200 401 403 404 406'",
    "get, /notes, '200 400 401 403 406'",
    "post, /notes, '201 400 401 403 406 413 415'",
    "get, /notes/{id}, '200 401 403 404 406'",
    "put, /notes/{id}, '200 400 401 403 404 406 412 413 415 428'",
    "delete, /notes/{id}, '204 400 401 403 404 412 428'",
    "post, /notes/{id}/restore, '200 400 401 403 404 406 409 412 428'",
    "get, /tasks, '200 400 401 403 406'",
    "post, /tasks, '201 400 401 403 406 413 415'",
    "post, /tasks/bulk, '201 400 401 403 406 413 415'",
    "get, /tasks/{id}, '200 401 403 404 406'",
    "put, /tasks/{id}, '200 400 401 403 404 406 412 413 415 428'",
    "delete, /tasks/{id}, '204 400 401 403 404 412 428'",
    "post, /tasks/{id}/restore, '200 400 401 403 404 406 409 412 428'",
    "post, /tasks/{id}/start, '200 400 401 403 404 406 409 412 428'",
    "post, /tasks/{id}/complete, '200 400 401 403 404 406 409 412 428'",
    "post, /tasks/{id}/reopen, '200 400 401 403 404 406 409 412 428'",
    "get, /notifications, '200 400 401 403 406'",
    "get, /notifications/unread-count, '200 401 403 406'",
    "post, /notifications/{id}/read, '204 401 403 404'",
    "post, /notifications/read-all, '204 401 403'",
    "get, /webhooks, '200 401 403 406'",
    "post, /webhooks, '201 400 401 403 406 409 413 415'",
    "get, /webhooks/{id}, '200 401 403 404 406'",
    "put, /webhooks/{id}, '200 400 401 403 404 406 412 413 415 428'",
    "delete, /webhooks/{id}, '204 400 401 403 404 412 428'",
    "post, /webhooks/{id}/rotate-secret, '200 401 403 404 406'"
  })
  void describeWhatEachCallAnswers(String method, String path, String statuses) {
    JsonNode api = anybody.get("/v3/api-docs").json();
    JsonNode responses = api.get("paths").get(path).get(method).get("responses");
    assertThat(responses.propertyNames()).as("%s %s", method, path).contains(statuses.split(" "));
    for (String status : responses.propertyNames()) {
      if (status.compareTo("400") >= 0) {
        String shared = responses.get(status).get("$ref").asString().substring(1);
        assertThat(api.at(shared).get("content").propertyNames())
            .as("%s %s %s", method, path, status)
            .containsExactly("application/problem+json");
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "post, /notes, 201, Note",
    "get, /notes/{id}, 200, Note",
    "post, /tasks, 201, Task",
    "get, /tasks/{id}, 200, Task",
    "post, /tasks/{id}/attachments, 201, Attachment"
  })
  void describeAResourceByOneSchemaForBothSides(
      String method, String path, String status, String schema) {
    JsonNode call = anybody.get("/v3/api-docs").json().get("paths").get(path).get(method);
    assertThat(
            call.get("responses")
                .get(status)
                .at("/content/application~1json/schema/$ref")
                .asString())
        .isEqualTo("#/components/schemas/" + schema);
  }

  @Test
  void describeNoSchemaThatNothingRefersTo() {
    JsonNode api = anybody.get("/v3/api-docs").json();
    assertThat(api.at("/components/schemas").propertyNames())
        .isNotEmpty()
        .allMatch(name -> api.toString().contains("\"#/components/schemas/" + name + "\""));
  }
}
