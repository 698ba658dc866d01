package dev.annals.push.webhook;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.annals.http.address.PublicAddresses;
import dev.annals.http.time.PeriodicTasks;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The client against real sockets. */
class WebhookClientTest {

  private static final byte[] BODY = "{\"a\":\"ü\"}".getBytes(UTF_8);
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Duration SHORT = Duration.ofSeconds(1);
  private static final Answer LATE = Answer.failed("No answer within 1 s");
  private static final Answer CLOSED =
      Answer.failed("Closed the connection before the end of the answer");
  private static final Answer NOT_PUBLIC = Answer.failed("The address is not public");

  private final PeriodicTasks tasks = new PeriodicTasks();
  private final CountDownLatch end = new CountDownLatch(1);

  @AfterEach
  void close() {
    end.countDown();
    tasks.destroy();
  }

  @Test
  void postsJsonWithTheHeadersOfTheMessageAndFewOthers() {
    try (Receiver receiver = new Receiver(Receiver.status(200))) {
      Answer answer =
          client().post(receiver.url(), Map.of("webhook-id", "1", "webhook-timestamp", "2"), BODY);

      assertThat(answer).isEqualTo(new Answer(200, null));
      Receiver.Request request = receiver.requests().get(0);
      assertThat(request.head().get(0)).isEqualTo("POST /hook?a=b HTTP/1.1");
      assertThat(request.headers())
          .containsExactlyInAnyOrderEntriesOf(
              Map.of(
                  "webhook-id",
                  "1",
                  "webhook-timestamp",
                  "2",
                  "content-length",
                  "10",
                  "content-type",
                  "application/json",
                  "host",
                  "127.0.0.1:" + receiver.port(),
                  "connection",
                  "close",
                  "user-agent",
                  "Annals-Webhooks"));
      assertThat(request.body()).isEqualTo("{\"a\":\"ü\"}");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          204 |
          299 |
          301 | Answered with a redirect, which is not followed
          307 | Answered with a redirect, which is not followed
          400 | Answered with the status 400
          401 | Answered with the status 401
          410 | Answered with the status 410
          503 | Answered with the status 503
          """)
  void tellsTheStatus(int status, String error) {
    try (Receiver other = new Receiver(Receiver.status(200));
        Receiver receiver =
            new Receiver(
                Receiver.text(
                    "HTTP/1.1 %d Status\r\nLocation: %s\r\nWWW-Authenticate: Basic\r\nSet-Cookie: a=b\r\n\r\n"
                        .formatted(status, other.url())))) {
      WebhookClient client = client();

      assertThat(client.post(receiver.url(), Map.of(), BODY)).isEqualTo(new Answer(status, error));
      client.post(receiver.url(), Map.of(), BODY);

      assertThat(other.requests()).isEmpty();
      assertThat(receiver.requests())
          .as("one request for each call, without cookies")
          .hasSize(2)
          .noneMatch(it -> it.headers().containsKey("cookie"));
    }
  }

  @Test
  void endsAnExchangeThatIsNotOverInTime() {
    try (Receiver silent = new Receiver((request, out) -> end.await());
        Receiver slowHead = new Receiver(drop("HTTP/1.1 200 OK\r\nA: ", "x"));
        Receiver slowBody = new Receiver(drop("HTTP/1.1 200 OK\r\n\r\n", "x"))) {
      WebhookClient client = client(SHORT);

      assertThat(List.of(silent, slowHead, slowBody))
          .allSatisfy(
              receiver -> assertThat(client.post(receiver.url(), Map.of(), BODY)).isEqualTo(LATE));
    }
  }

  /** Writes a text, and then another one again and again, slowly. */
  private Receiver.Script drop(String text, String drop) {
    return (request, out) -> {
      out.write(text.getBytes(US_ASCII));
      while (!end.await(200, TimeUnit.MILLISECONDS)) {
        out.write(drop.getBytes(US_ASCII));
      }
    };
  }

  @Test
  void endsAConnectionThatIsNotAccepted() throws IOException {
    try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      URI url = URI.create("https://127.0.0.1:" + full.getLocalPort());

      assertThat(client(SHORT).post(url, Map.of(), BODY)).isEqualTo(LATE);
    }
  }

  @Test
  void readsNoMoreOfAnEndlessAnswer() {
    AtomicLong written = new AtomicLong();
    Receiver.Script endless =
        (request, out) -> {
          out.write("HTTP/1.1 200 OK\r\n\r\n".getBytes(US_ASCII));
          byte[] some = new byte[8 * 1024];
          while (end.getCount() > 0) {
            out.write(some);
            written.addAndGet(some.length);
          }
        };
    try (Receiver receiver = new Receiver(endless)) {
      assertThat(client().post(receiver.url(), Map.of(), BODY)).isEqualTo(new Answer(200, null));
    }
    // The buffers of both sockets take some megabytes.
    assertThat(written.get()).isLessThan(32L << 20);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\nno",
        "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.0 200 OK\r\n\r\n",
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\n"
      })
  void looksAtTheStatusAlone(String answer) {
    try (Receiver receiver = new Receiver(Receiver.text(answer))) {
      assertThat(client().post(receiver.url(), Map.of(), BODY)).isEqualTo(new Answer(200, null));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "HTTP/1.1 2", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"})
  void failsIfTheConnectionIsClosedInTheMiddle(String part) {
    try (Receiver receiver = new Receiver(Receiver.text(part))) {
      assertThat(client().post(receiver.url(), Map.of(), BODY)).isEqualTo(CLOSED);
    }
  }

  @Test
  void refusesAHeadWithoutEnd() {
    Receiver.Script endless =
        (request, out) -> {
          out.write("HTTP/1.1 200 OK\r\n".getBytes(US_ASCII));
          while (end.getCount() > 0) {
            out.write("A: b\r\n".getBytes(US_ASCII));
          }
        };
    try (Receiver receiver = new Receiver(endless)) {
      assertThat(client().post(receiver.url(), Map.of(), BODY).isSuccess()).isFalse();
    }
  }

  @Test
  void failsIfThePortIsClosed() {
    Receiver closed = new Receiver(Receiver.status(200));
    closed.close();

    assertThat(client().post(closed.url(), Map.of(), BODY))
        .isEqualTo(Answer.failed("Refused the connection"));
  }

  @Test
  void failsIfTheAnswerIsNotHttp() {
    try (Receiver receiver = new Receiver(Receiver.text("SSH-2.0\r\n\r\n"))) {
      assertThat(client().post(receiver.url(), Map.of(), BODY).error())
          .isIn("The answer is not HTTP", CLOSED.error());
    }
  }

  @Test
  void failsIfThereIsNoTls() throws IOException {
    try (ServerSocket plain = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      tasks.runAfter(
          Duration.ZERO,
          () -> {
            try (var client = plain.accept()) {
              client.getOutputStream().write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(US_ASCII));
              int unused = client.getInputStream().read(new byte[1000]);
            } catch (IOException e) {
              throw new java.io.UncheckedIOException(e);
            }
          });
      URI url = URI.create("https://127.0.0.1:" + plain.getLocalPort());

      assertThat(client().post(url, Map.of(), BODY))
          .isEqualTo(Answer.failed("No secure connection: see the certificate and the protocol"));
    }
  }

  @Test
  void usesAConnectionOnce() {
    try (Receiver receiver = new Receiver(Receiver.status(200))) {
      WebhookClient client = client();
      client.post(receiver.url(), Map.of(), BODY);
      client.post(receiver.url(), Map.of(), BODY);

      // The receiver reads one request of a connection.
      assertThat(receiver.requests()).hasSize(2);
    }
  }

  @Test
  void sendsNothingInPlainText() {
    try (Receiver receiver = new Receiver(Receiver.status(200))) {
      WebhookClient client =
          new WebhookClient(true, any -> true, SystemDefaultDnsResolver.INSTANCE, LIMIT, tasks);

      assertThat(client.post(receiver.url(), Map.of(), BODY))
          .isEqualTo(Answer.failed("The address is not https"));
      assertThat(receiver.requests()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1",
        "127.1.2.3",
        "0.0.0.0",
        "10.0.0.1",
        "100.64.0.1",
        "169.254.169.254",
        "172.16.0.1",
        "192.168.1.1",
        "224.0.0.1",
        "255.255.255.255",
        "[::1]",
        "[::]",
        "[::ffff:10.0.0.1]",
        "[::ffff:127.0.0.1]",
        "[64:ff9b::a00:1]",
        "[fc00::1]",
        "[fe80::1]",
        "[2002:a00:1::]"
      })
  void connectsToNoAddressOfAPrivateNetwork(String host) {
    try (Receiver receiver = new Receiver(Receiver.status(200))) {
      WebhookClient byName = publicOnly(name -> InetAddress.getAllByName(host));
      WebhookClient byLiteral = publicOnly(InetAddress::getAllByName);
      String rest = ":" + receiver.port() + "/hook";

      assertThat(byName.post(URI.create("http://public.example" + rest), Map.of(), BODY))
          .isEqualTo(NOT_PUBLIC);
      assertThat(byLiteral.post(URI.create("http://" + host + rest), Map.of(), BODY))
          .isEqualTo(NOT_PUBLIC);
      assertThat(receiver.requests()).isEmpty();
    }
  }

  @Test
  void refusesANameThatAlsoLeadsToAPrivateNetwork() {
    WebhookClient client =
        publicOnly(
            name ->
                new InetAddress[] {
                  InetAddress.getByAddress(new byte[] {8, 8, 8, 8}),
                  InetAddress.getLoopbackAddress()
                });

    assertThat(client.post(URI.create("http://public.example/"), Map.of(), BODY))
        .isEqualTo(NOT_PUBLIC);
  }

  @Test
  void connectsToTheAddressThatItChecked() {
    try (Receiver checked = new Receiver(Receiver.status(200));
        Receiver other = new Receiver("127.0.0.2", checked.port(), Receiver.status(200))) {
      Deque<String> addresses = new ArrayDeque<>(List.of("127.0.0.1", "127.0.0.2"));
      WebhookClient client =
          client(
              address -> address.getHostAddress().equals("127.0.0.1"),
              name -> InetAddress.getAllByName(addresses.remove()));
      URI url = URI.create("http://changing.example:" + checked.port() + "/");

      assertThat(client.post(url, Map.of(), BODY)).isEqualTo(new Answer(200, null));
      assertThat(addresses).containsExactly("127.0.0.2");
      assertThat(client.post(url, Map.of(), BODY)).isEqualTo(NOT_PUBLIC);
      assertThat(checked.requests()).hasSize(1);
      assertThat(other.requests()).isEmpty();
    }
  }

  @Test
  void failsIfTheNameIsUnknown() {
    WebhookClient client =
        publicOnly(
            name -> {
              throw new UnknownHostException("192.168.1.53 does not know " + name);
            });

    assertThat(client.post(URI.create("http://no.example/"), Map.of(), BODY))
        .isEqualTo(Answer.failed("The name does not resolve"));
  }

  private interface Names {
    InetAddress[] of(String host) throws UnknownHostException;
  }

  private WebhookClient client() {
    return client(LIMIT);
  }

  private WebhookClient client(Duration limit) {
    return new WebhookClient(false, any -> true, SystemDefaultDnsResolver.INSTANCE, limit, tasks);
  }

  private WebhookClient publicOnly(Names names) {
    return client(PublicAddresses::isPublic, names);
  }

  private WebhookClient client(Predicate<InetAddress> allowed, Names names) {
    DnsResolver resolver =
        new DnsResolver() {
          @Override
          public InetAddress[] resolve(String host) throws UnknownHostException {
            return names.of(host);
          }

          @Override
          public String resolveCanonicalHostname(String host) {
            return host;
          }
        };
    return new WebhookClient(false, allowed, resolver, LIMIT, tasks);
  }
}
