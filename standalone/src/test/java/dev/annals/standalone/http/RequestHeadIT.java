package dev.annals.standalone.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that are decided by their head. */
@ExtendWith(Deployment.class)
class RequestHeadIT {

  private static final String SOME = "00000000-0000-4000-8000-000000000000";

  private final Annals annals;
  private final Client user;

  RequestHeadIT(Annals annals) {
    this.annals = annals;
    this.user = annals.newUser();
  }

  @ParameterizedTest
  @CsvSource({
    "POST /notes,false,application/json,Content-Length: 5,401",
    "POST /notes,false,application/json,Transfer-Encoding: chunked,401",
    "POST /notes,true,application/json,Content-Length: 1048577,413",
    "POST /notes,true,text/plain,Content-Length: 5,415",
    "POST /notes,true,text/plain,Transfer-Encoding: chunked,415",
    "POST /auth/login,false,text/plain,Content-Length: 5,415",
    "POST /nothing,true,application/json,Content-Length: 5,404",
    "PATCH /notes,true,application/json,Content-Length: 5,405",
    "PUT /admin/users/" + SOME + "/roles,true,application/json,Content-Length: 5,403"
  })
  void sendsNo100ContinueIfTheHeadIsRefused(
      String line, boolean token, String type, String length, int status) throws IOException {
    assertThat(raw(expecting(line, token, type, length) + "\r\n"))
        .startsWith("HTTP/1.1 " + status + " ")
        .contains("application/problem+json");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Content-Length: 2", "Transfer-Encoding: chunked"})
  void sends100ContinueForAnAcceptedHead(String length) throws IOException {
    String body = length.startsWith("T") ? "2\r\n{}\r\n0\r\n\r\n" : "{}";
    String answer =
        raw(
            expecting("POST /notes", true, "application/json", length)
                + "Connection: close\r\n\r\n"
                + body);
    assertThat(answer).startsWith("HTTP/1.1 100 ").contains("HTTP/1.1 400 ");
  }

  @Test
  void answers415ToAContentCoding() {
    Client sender = user.with("Content-Encoding", "gzip");
    for (String path : new String[] {"/notes", "/tasks/bulk", "/auth/login"}) {
      Answer refused =
          sender.post(path, Json.object("title", "Plan")).isProblem(415, "unsupported-media-type");
      assertThat(refused.header("Accept-Encoding")).hasValue("identity");
    }
    sender.get("/notes").expect(200);
  }

  @Test
  void acceptsBytesBeyondAsciiInAHeader() throws IOException {
    StringBuilder bytes = new StringBuilder();
    for (char each = 0x80; each <= 0xFF; each++) {
      bytes.append(each);
    }
    String email = Annals.newEmail();
    annals
        .anybody()
        .post("/auth/register", Annals.registration(email, Annals.PASSWORD, "Ada"))
        .expect(201);
    String body = Annals.login(email, Annals.PASSWORD);
    for (String header : new String[] {"User-Agent", "X-Forwarded-For", "X-Request-Id", "Cookie"}) {
      assertThat(
              raw(
                  "POST /auth/login HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
                      + "Content-Type: application/json\r\nContent-Length: "
                      + body.length()
                      + "\r\n%s: %s\r\n\r\n".formatted(header, bytes)
                      + body))
          .as(header)
          .startsWith("HTTP/1.1 200 ");
    }
    annals.signedIn(email, Annals.PASSWORD).get("/auth/sessions").expect(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "permessage-deflate",
        "permessage-deflate; client_max_window_bits",
        "permessage-deflate; server_max_window_bits=99",
        "permessage-deflate; server_max_window_bits=7",
        "permessage-deflate; server_max_window_bits",
        "permessage-deflate; client_max_window_bits=x",
        "permessage-deflate; unknown=1",
        "permessage-deflate; server_no_context_takeover; server_no_context_takeover",
        "permessage-deflate; server_no_context_takeover=1",
        "unknown; a=1, permessage-deflate; server_max_window_bits=0",
        "; =,",
        "permessage-deflate; a=\"",
        ""
      })
  void ignoresOfferedWebSocketExtensions(String extensions) throws IOException {
    try (Socket socket = new Socket(annals.url().getHost(), annals.url().getPort())) {
      socket.setSoTimeout(10_000);
      socket
          .getOutputStream()
          .write(
              """
              GET /ws HTTP/1.1\r
              Host: a\r
              Connection: Upgrade\r
              Upgrade: websocket\r
              Sec-WebSocket-Version: 13\r
              Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r
              Sec-WebSocket-Extensions: %s\r
              \r
              """
                  .formatted(extensions)
                  .getBytes(ISO_8859_1));
      StringBuilder head = new StringBuilder();
      while (head.indexOf("\r\n\r\n") < 0) {
        head.append((char) socket.getInputStream().read());
      }
      assertThat(head).startsWith("HTTP/1.1 101 ").doesNotContain("permessage-deflate");
    }
  }

  private String expecting(String line, boolean token, String type, String length) {
    return "%s HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Type: %s\r\n%s%s\r\n"
        .formatted(
            line,
            type,
            token ? "Authorization: " + user.headers().get("Authorization") + "\r\n" : "",
            length);
  }

  private String raw(String request) throws IOException {
    try (Socket socket = new Socket(annals.url().getHost(), annals.url().getPort())) {
      socket.setSoTimeout(10_000);
      socket.getOutputStream().write(request.getBytes(ISO_8859_1));
      return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
    }
  }
}
