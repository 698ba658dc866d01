package dev.annals.standalone.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Answers to clients that do not read occupy no PostgreSQL connections. */
@ExtendWith(Deployment.class)
class SlowReaderIT {

  private static final Pattern MANAGEMENT = Pattern.compile("(?m)^Management: (\\S+)$");
  private static final Pattern ACTIVE =
      Pattern.compile("(?m)^hikaricp_connections_active\\{.*} ([0-9.]+)$");
  // Some connections are always in use, to listen for commits.
  private static final int LOOKS = 5;
  // For each kind; together more than the pool has.
  private static final int READERS = 6;
  // PostgreSQL ends sessions that are idle in a transaction after 8 s.
  private static final Duration SOONER_THAN_POSTGRESQL_GIVES_UP = Duration.ofSeconds(5);
  private static final int FILE_BYTES = 8 << 20;
  private static final int MORE_THAN_IS_BUFFERED = 4 << 20;
  private static final int NOTES = 30;

  private final Annals annals;
  private final Client user;

  SlowReaderIT(Annals annals) {
    assumeThat(annals.output()).isPresent();
    this.annals = annals;
    this.user = annals.newUser();
  }

  @Test
  void occupiesNoDatabaseConnection() throws Exception {
    String attachment = attachment(user.post("/tasks", Kind.TASK.creation).expect(201).id());
    notes();
    Client auditor = annals.admin();
    double idle = idle();
    List<Socket> readers = new ArrayList<>();
    try {
      for (int i = 0; i < READERS; i++) {
        readers.add(reader(user, attachment, "*/*"));
        readers.add(reader(user, "/users/me/export", "*/*"));
        readers.add(reader(auditor, "/audit/events", "application/x-ndjson"));
      }
      await()
          .atMost(SOONER_THAN_POSTGRESQL_GIVES_UP)
          .untilAsserted(() -> assertThat(active()).isLessThanOrEqualTo(idle));
      for (int i = 0; i < READERS; i++) {
        user.post("/notes", Kind.NOTE.creation).expect(201);
      }
      assertThat(readers.get(0).getInputStream().readNBytes(MORE_THAN_IS_BUFFERED))
          .as("what a reader gets that was not hung up on")
          .hasSize(MORE_THAN_IS_BUFFERED);
    } finally {
      for (Socket reader : readers) {
        reader.close();
      }
    }
  }

  private String attachment(String task) throws IOException {
    byte[] bytes = new byte[FILE_BYTES];
    new Random(1).nextBytes(bytes);
    String file = new String(bytes, ISO_8859_1);
    String body =
        "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.zip\"\r\n"
            + "Content-Type: application/zip\r\n\r\nPK\3\4"
            + file
            + "\r\n--b--\r\n";
    return user.with("Content-Type", "multipart/form-data; boundary=b")
        .send(
            "POST",
            "/tasks/" + task + "/attachments",
            HttpRequest.BodyPublishers.ofByteArray(body.getBytes(ISO_8859_1)))
        .expect(201)
        .header("Location")
        .orElseThrow();
  }

  private void notes() {
    Random random = new Random(2);
    for (int i = 0; i < NOTES; i++) {
      String content =
          random
              .ints(100_000, 'A', 'z')
              .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
              .toString()
              .replace('\\', '/');
      user.post("/notes", Json.object("title", "Long", "content", content)).expect(201);
    }
  }

  /** Sends a request and reads only the status of the answer. */
  private Socket reader(Client client, String path, String accept) throws IOException {
    Socket socket = new Socket();
    socket.setReceiveBufferSize(4096);
    socket.setSoTimeout(30_000);
    socket.connect(new InetSocketAddress(annals.url().getHost(), annals.url().getPort()));
    socket
        .getOutputStream()
        .write(
            "GET %s HTTP/1.1\r\nHost: a\r\nAccept: %s\r\nAuthorization: %s\r\n\r\n"
                .formatted(path, accept, client.headers().get("Authorization"))
                .getBytes(ISO_8859_1));
    assertThat(new String(socket.getInputStream().readNBytes(12), ISO_8859_1))
        .isEqualTo("HTTP/1.1 200");
    return socket;
  }

  private double idle() throws Exception {
    double least = Double.MAX_VALUE;
    for (int i = 0; i < LOOKS; i++) {
      least = Math.min(least, active());
    }
    return least;
  }

  /** Returns the number of used connections of all pools. */
  private double active() throws Exception {
    double sum = 0;
    Matcher managements = MANAGEMENT.matcher(annals.output().orElseThrow().get());
    while (managements.find()) {
      String scraped =
          HttpClient.newHttpClient()
              .send(
                  HttpRequest.newBuilder(
                          URI.create(managements.group(1)).resolve("/actuator/prometheus"))
                      .build(),
                  BodyHandlers.ofString())
              .body();
      Matcher active = ACTIVE.matcher(scraped);
      while (active.find()) {
        sum += Double.parseDouble(active.group(1));
      }
    }
    return sum;
  }
}
