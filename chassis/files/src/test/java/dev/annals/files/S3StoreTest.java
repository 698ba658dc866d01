package dev.annals.files;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.annals.base.problem.Problem;
import dev.annals.base.problem.Refusal;
import dev.annals.base.start.CannotStartException;
import dev.annals.files.FileProperties.S3;
import dev.annals.files.ObjectStore.SignedUpload;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/** Tests signed requests, large files, configuration and outages of S3. */
class S3StoreTest {

  private static final UUID ID = UUID.fromString("00000000-0000-4000-8000-000000000001");
  private static final String HELLO =
      "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";
  private static final Clock CLOCK = Clock.systemUTC();
  private static final Pattern LENGTH = Pattern.compile("\r\nContent-Length: (\\d+)");

  private static final S3Server SERVER = new S3Server();
  private static final S3Store STORE = new S3Store(SERVER.settings(), CLOCK);

  @TempDir private Path folder;

  @AfterAll
  static void stop() {
    STORE.close();
    SERVER.close();
  }

  @Test
  void acceptsOnlyTheAnnouncedBytesAtASignedUrl() throws Exception {
    Upload upload = new Upload(ID, ID, ID, "a.txt", "text/plain", 5, HELLO);
    SignedUpload signed = STORE.signUpload(upload, in(Duration.ofMinutes(5)));
    assertThat(signed.method()).isEqualTo("PUT");
    assertThat(signed.headers()).containsEntry("content-type", "text/plain");
    assertThat(signed.headers())
        .containsEntry("x-amz-checksum-sha256", "LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=")
        .hasSize(2);

    HttpRequest.Builder otherType = request(signed, "hello").setHeader("Content-Type", "text/html");
    HttpRequest.Builder otherSum =
        request(signed, "hellO")
            .setHeader("x-amz-checksum-sha256", "GT1q3Oo7OcIuKc0ZZzMh3VMmmsKFlfpe80q6DKjYMh8=");
    HttpRequest.Builder otherObject =
        request(signed, "hello").uri(URI.create(signed.url().replace("000001?", "000002?")));
    assertThat(status(otherType)).isEqualTo(403);
    assertThat(status(otherSum)).isEqualTo(403);
    assertThat(status(otherObject)).isEqualTo(403);
    assertThat(status(request(signed, "hellO"))).isEqualTo(400);
    assertThat(status(request(signed, "hell"))).isEqualTo(403);
    assertThat(status(request(signed, "hello").GET())).isEqualTo(403);
    assertThat(status(request(signed, "hello").DELETE())).isEqualTo(403);
    assertThat(STORE.open(ObjectStore.upload(ID))).isEmpty();

    assertThat(status(request(signed, "hello"))).isEqualTo(200);
    assertThat(status(request(signed, "hello"))).isEqualTo(200);
    assertThat(text(ObjectStore.upload(ID))).isEqualTo("hello");
    STORE.delete(ObjectStore.upload(ID));
  }

  @Test
  void refusesSignedRequestsAfterTheirExpiry() throws Exception {
    put(ObjectStore.object(HELLO), "hello".getBytes(StandardCharsets.UTF_8));
    Upload upload = new Upload(ID, ID, ID, "a.txt", "text/plain", 5, HELLO);
    // S3 counts whole seconds from a whole second, so the URL may end up to 2 s earlier.
    SignedUpload signed = STORE.signUpload(upload, in(Duration.ofSeconds(4)));
    String link =
        STORE.signDownload(
            attachment("a.txt"), ObjectStore.object(HELLO), in(Duration.ofSeconds(4)));
    assertThat(status(HttpRequest.newBuilder(URI.create(link)))).isEqualTo(200);

    await().until(() -> status(HttpRequest.newBuilder(URI.create(link))) == 403);
    await().until(() -> status(request(signed, "hello")) == 403);
    STORE.delete(ObjectStore.object(HELLO));
    STORE.delete(ObjectStore.upload(ID));
  }

  @Test
  void returnsAFileForASignedUrlWithoutAToken() throws Exception {
    put(ObjectStore.object(HELLO), "hello".getBytes(StandardCharsets.UTF_8));
    String url =
        STORE.signDownload(
            attachment("Plan ü.txt"), ObjectStore.object(HELLO), in(Duration.ofMinutes(5)));

    HttpResponse<String> read = send(HttpRequest.newBuilder(URI.create(url)));

    assertThat(read.statusCode()).isEqualTo(200);
    assertThat(read.body()).isEqualTo("hello");
    assertThat(read.headers().firstValue("Content-Type")).hasValue("text/plain");
    assertThat(read.headers().firstValue("Content-Disposition"))
        .hasValue("attachment; filename=\"Plan _.txt\"; filename*=UTF-8''Plan%20%C3%BC.txt");
    assertThat(
            status(HttpRequest.newBuilder(URI.create(url.replace("text%2Fplain", "text%2Fhtml")))))
        .isEqualTo(403);
    STORE.delete(ObjectStore.object(HELLO));
  }

  @Test
  void storesTheLargestFileByOneRequest() throws Exception {
    byte[] bytes = new byte[25 << 20];
    new Random(7).nextBytes(bytes);
    put("objects/large", bytes);

    try (InputStream read = STORE.open("objects/large").orElseThrow()) {
      assertThat(read.readAllBytes()).isEqualTo(bytes);
    }
    try (S3Client client = client()) {
      // That of an object in parts ends with their number.
      assertThat(client.headObject(it -> it.bucket(S3Server.BUCKET).key("objects/large")).eTag())
          .matches("\"[0-9a-f]{32}\"");
    }
    STORE.delete("objects/large");
    assertThat(all()).isEmpty();
  }

  /**
   * Some services do not answer 100, and the HTTP client waits for them. Some answer before the
   * chunk behind the last byte arrives, and reset the connection.
   */
  @Test
  void sendsAFileWithoutWaitingFor100AndWithoutChunks() throws Exception {
    try (ServerSocket service = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      CompletableFuture<String> head = CompletableFuture.supplyAsync(() -> headOfPut(service));
      try (S3Store store = new S3Store(S3Server.settings(service.getLocalPort()), CLOCK);
          SpooledFile file = spool(new byte[25 << 20])) {
        store.put("objects/a", file);
      }
      assertThat(head.join())
          .startsWith("PUT /files/objects/a HTTP/1.1")
          .contains("Content-Length: 26214400\r\n")
          .doesNotContainIgnoringCase("aws-chunked")
          .doesNotContainIgnoringCase("Expect:");
    }
  }

  /** Answers two requests with 200: one for the bucket and one for an object. */
  private static String headOfPut(ServerSocket service) {
    try {
      StringBuilder head = new StringBuilder();
      for (int i = 0; i < 2; i++) {
        head.setLength(0);
        try (Socket client = service.accept()) {
          InputStream in = client.getInputStream();
          while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) in.read());
          }
          Matcher length = LENGTH.matcher(head);
          in.skipNBytes(length.find() ? Long.parseLong(length.group(1)) : 0);
          client
              .getOutputStream()
              .write(
                  "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
                      .getBytes(US_ASCII));
        }
      }
      return head.toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void readsOnlyTheRequestedRange() throws Exception {
    byte[] bytes = new byte[20 << 20];
    new Random(7).nextBytes(bytes);
    put("objects/large", bytes);
    try (HangingConnection connection = new HangingConnection(SERVER.port());
        S3Store store = new S3Store(S3Server.settings(connection.port()), CLOCK)) {
      long before = connection.passed();
      try (InputStream read = store.open("objects/large", 5_000_000, 3).orElseThrow()) {
        assertThat(read.readAllBytes()).isEqualTo(Arrays.copyOfRange(bytes, 5_000_000, 5_000_003));
      }
      assertThat(connection.passed() - before).isLessThan(10_000);

      // Closing the stream early drops the connection.
      try (InputStream read = store.open("objects/large").orElseThrow()) {
        assertThat(read.readNBytes(10)).isEqualTo(Arrays.copyOf(bytes, 10));
      }
      assertThat(connection.passed() - before).isLessThan(10 << 20);
    } finally {
      STORE.delete("objects/large");
    }
  }

  @Test
  void isUnavailableDuringAnOutageAndWorksAfterIt() throws Exception {
    put("objects/a", new byte[] {1});
    SERVER.pause();
    try {
      assertUnavailable(() -> put("objects/b", new byte[] {1}));
      assertUnavailable(() -> put("objects/c", new byte[9 << 20]));
      assertUnavailable(() -> STORE.open("objects/a"));
      assertUnavailable(() -> STORE.delete("objects/a"));
      assertUnavailable(() -> STORE.list(page -> {}));
      // The store starts without S3.
      new S3Store(SERVER.settings(), CLOCK).close();
    } finally {
      SERVER.resume();
    }
    assertThat(STORE.open("objects/a")).isPresent();
    STORE.delete("objects/a");
  }

  @Test
  void refusesWrongConfigurationWithOneSentence() {
    S3 good = SERVER.settings();
    assertRefused(
        SERVER.settings("another", "secret"),
        "The bucket another (annals.attachments.s3) cannot be used: S3 answers 404.");
    assertRefused(
        SERVER.settings("files", "wrong"),
        "The bucket files (annals.attachments.s3) cannot be used: S3 answers 403.");
    assertRefused(
        new S3(null, "us-east-1", good.endpoint(), true, "access", "secret"),
        "The configuration is not complete, not set: annals.attachments.s3.bucket.");
    assertRefused(
        new S3("files", "us-east-1", URI.create("localhost:9000"), true, "access", "secret"),
        "The property annals.attachments.s3.endpoint is not valid: it must be a URL of http or https.");
    assertRefused(
        new S3("files", "us-east-1", good.endpoint(), true, "access", null),
        "The properties annals.attachments.s3.access-key and annals.attachments.s3.secret-key"
            + " must both be set, or neither.");
    assertThat(good).hasToString("S3[bucket=files]");
  }

  private static void assertRefused(S3 settings, String sentence) {
    assertThatThrownBy(() -> new S3Store(settings, CLOCK))
        .isInstanceOf(CannotStartException.class)
        .hasMessage(sentence);
  }

  private static void assertUnavailable(ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            Refusal.class, it -> assertThat(it.problem()).isEqualTo(Problem.UNAVAILABLE));
  }

  private static S3Client client() {
    S3 settings = SERVER.settings();
    return S3Client.builder()
        .endpointOverride(settings.endpoint())
        .region(Region.US_EAST_1)
        .forcePathStyle(true)
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create("access", "secret")))
        .build();
  }

  private static Instant in(Duration time) {
    return CLOCK.instant().plus(time);
  }

  private static List<ObjectStore.Stored> all() {
    List<ObjectStore.Stored> all = new ArrayList<>();
    STORE.list(all::addAll);
    return all;
  }

  private void put(String key, byte[] bytes) throws IOException {
    try (SpooledFile file = spool(bytes)) {
      STORE.put(key, file);
    }
  }

  private SpooledFile spool(byte[] bytes) throws IOException {
    return SpooledFile.read(new ByteArrayInputStream(bytes), bytes.length, folder);
  }

  private static Download attachment(String fileName) {
    return new Download(ID, ID.toString(), fileName, "text/plain", HELLO);
  }

  private static String text(String key) throws IOException {
    try (InputStream bytes = STORE.open(key).orElseThrow()) {
      return new String(bytes.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static HttpRequest.Builder request(SignedUpload signed, String body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(signed.url()))
            .method(signed.method(), BodyPublishers.ofString(body));
    signed.headers().forEach(request::setHeader);
    return request;
  }

  private static int status(HttpRequest.Builder request) throws Exception {
    return send(request).statusCode();
  }

  private static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return HttpClient.newHttpClient().send(request.build(), BodyHandlers.ofString());
  }
}
