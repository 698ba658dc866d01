package dev.annals.standalone.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The body limit of 1 048 576 bytes, with a Content-Length and with chunks. */
@ExtendWith(Deployment.class)
class BodySizeIT {

  private final Client anybody;
  private final Client user;

  BodySizeIT(Annals annals) {
    anybody = annals.anybody();
    user = annals.newUser();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void acceptsABodyOfOneMebibyte(boolean chunked) {
    for (int size : new int[] {1_048_575, 1_048_576}) {
      Answer created = post(user, "/notes", size, chunked).expect(201);
      assertThat(created.text("/title")).isEqualTo("Plan");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void refusesOneByteMoreBeforeAllOtherChecks(boolean chunked) {
    post(user, "/notes", 1_048_577, chunked).isProblem(413, "content-too-large");
    post(user, "/auth/login", 1_048_577, chunked).isProblem(413, "content-too-large");
    post(user, "/nothing", 1_048_577, chunked).isProblem(413, "content-too-large");
    post(anybody, "/notes", 1_048_577, chunked).isProblem(413, "content-too-large");
    post(anybody.with("Content-Type", "text/plain"), "/notes", 1_048_577, chunked)
        .isProblem(413, "content-too-large");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void answers401BeforeReadingAnAllowedBody(boolean chunked) {
    post(anybody, "/notes", 1_048_576, chunked).isProblem(401, "unauthorized");
    post(anybody, "/notes", 1_048_575, chunked).isProblem(401, "unauthorized");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void doesNotParseForms(boolean chunked) {
    String tooLong = "a=" + "b".repeat(1_048_575);
    for (String method : List.of("PUT", "PATCH", "DELETE")) {
      form(anybody, method, tooLong, chunked).isProblem(413, "content-too-large");
      form(user, method, tooLong, chunked).isProblem(413, "content-too-large");
      form(anybody, method, "a=%zz", chunked).isProblem(401, "unauthorized");
    }
    form(user, "PUT", "a=%zz", chunked).isProblem(415, "unsupported-media-type");
  }

  private static Answer form(Client client, String method, String form, boolean chunked) {
    return client
        .with("Content-Type", "application/x-www-form-urlencoded")
        .send(method, "/notes/00000000-0000-4000-8000-000000000000", body(form, chunked));
  }

  private static Answer post(Client client, String path, int size, boolean chunked) {
    String body = "{\"title\": \"Plan\"" + " ".repeat(size - 17) + "}";
    assertThat(body).hasSize(size);
    Client typed =
        client.headers().containsKey("Content-Type")
            ? client
            : client.with("Content-Type", "application/json");
    return typed.send("POST", path, body(body, chunked));
  }

  private static BodyPublisher body(String text, boolean chunked) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    return chunked
        ? BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(bytes))
        : BodyPublishers.ofByteArray(bytes);
  }
}
