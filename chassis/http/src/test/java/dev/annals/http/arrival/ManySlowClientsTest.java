package dev.annals.http.arrival;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.annals.http.sample.Http;
import dev.annals.http.sample.SampleApplication;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;

/** More slow clients than threads do not block other clients, even before any deadline. */
@Timeout(60)
@SpringBootTest(
    classes = SampleApplication.class,
    webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
    properties = {
      "spring.datasource.url=jdbc:postgresql://localhost:1/none",
      "spring.datasource.hikari.initialization-fail-timeout=-1",
      "spring.datasource.hikari.connection-timeout=250",
      "management.server.port=0",
      "server.tomcat.threads.max=20",
      "server.tomcat.connection-timeout=10m",
      "annals.arrival.body=10m"
    })
class ManySlowClientsTest {

  @LocalServerPort private int port;
  private Http http;

  @BeforeEach
  void open() {
    http = new Http(port);
  }

  @ParameterizedTest
  @CsvSource({
    "/samples,Content-Length: 1000,x",
    "/samples,Transfer-Encoding: chunked,'1\r\nx\r\n'",
    "/open,Content-Length: 1000,x",
  })
  void servesOthersWhileMoreClientsThanThreadsSendSlowly(String path, String length, String bytes)
      throws Exception {
    List<SlowClient> clients = new ArrayList<>();
    try {
      for (int i = 0; i < 100; i++) {
        clients.add(SlowClient.sending(port, ArrivalTest.post(path, length), bytes));
      }
      assertOthersAreAnswered();
    } finally {
      for (SlowClient client : clients) {
        client.close();
      }
    }
  }

  @Test
  void servesOthersWhileMoreClientsThanThreadsDoNotRead() throws Exception {
    List<Socket> clients = new ArrayList<>();
    try {
      for (int i = 0; i < 30; i++) {
        Socket client = new Socket();
        clients.add(client);
        client.setReceiveBufferSize(4096);
        client.connect(new InetSocketAddress("localhost", port));
        client.getOutputStream().write(ArrivalTest.get("/open/large").getBytes(US_ASCII));
      }
      assertOthersAreAnswered();
    } finally {
      for (Socket client : clients) {
        client.close();
      }
    }
  }

  private void assertOthersAreAnswered() throws Exception {
    for (int i = 0; i < 20; i++) {
      var answer =
          http.send(
              http.as("USER", "/picky/fixed")
                  .header("Content-Type", "text/csv")
                  .POST(BodyPublishers.ofString("a,b")));
      assertThat(answer.statusCode()).isEqualTo(200);
    }
  }
}
