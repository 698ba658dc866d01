package dev.annals.standalone.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.annals.standalone.AnnalsProcess;
import dev.annals.standalone.Postbox;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many large files, aborted uploads and a kill, with a heap of 128 MiB. */
@Tag("long")
class LargeFilesIT {

  private static final int LARGEST = 25 << 20;
  private static final int BEGINNING = 100;
  private static final byte[] REST = new byte[LARGEST - BEGINNING];
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  static {
    new Random(7).nextBytes(REST);
  }

  @TempDir private Path folder;

  @Test
  void passInConstantMemoryAndLeaveNothingAfterAnAbort() throws Exception {
    try (AnnalsProcess program = start()) {
      Annals annals = annals(program);
      Client user = annals.newUser();
      String attachments = attachments(user);
      List<CompletableFuture<Void>> files =
          IntStream.range(0, 20)
              .mapToObj(i -> CompletableFuture.runAsync(() -> upload(user, attachments, i)))
              .toList();
      files.forEach(CompletableFuture::join);

      for (int mebibytes = 0; mebibytes < 25; mebibytes++) {
        cut(user, attachments, mebibytes << 20);
      }
      Annals.eventually(() -> assertThat(filesIn("spool")).isEmpty());
      assertThat(filesIn("objects")).hasSize(20);
      Annals.eventually(() -> assertThat(user.get(attachments).json()).hasSize(20));

      // Simulates a disk that cannot be written.
      Path spool = folder.resolve("data/attachments/spool");
      Files.delete(spool);
      Files.createFile(spool);
      Answer refused = user.upload(attachments, "a.png", "image/png", png(99));
      assertThat(refused.isProblem(503, "unavailable").header("Retry-After")).hasValue("5");
      Files.delete(spool);
      user.upload(attachments, "a.png", "image/png", png(99)).expect(201);
    }
  }

  @Test
  void areDeletedAsOrphansAfterAKillBeforeTheirEvent() throws Exception {
    Client user;
    String attachments;
    try (AnnalsProcess program = start()) {
      Annals annals = annals(program);
      user = annals.newUser();
      attachments = attachments(user);
      String path = attachments;
      Client sender = user;
      Database database = Database.in(folder.resolve("data"));
      try (Connection lock =
          DriverManager.getConnection(database.url(), database.user(), database.password())) {
        lock.setAutoCommit(false);
        lock.createStatement().execute("lock table events.domain_event_entry in exclusive mode");
        CompletableFuture<Answer> upload =
            CompletableFuture.supplyAsync(() -> sender.upload(path, "a.png", "image/png", png(1)));
        Annals.eventually(() -> assertThat(filesIn("objects")).hasSize(1));
        program.kill9();
        assertThat(upload).failsWithin(Duration.ofSeconds(30));
      }
    }
    try (AnnalsProcess program = start()) {
      Annals annals = annals(program);
      Client admin = annals.admin();
      Client back = new Client(annals.url(), user.headers());
      assertThat(back.get(attachments).expect(200).json()).isEmpty();
      assertThat(admin.get("/admin/storage").expect(200).text())
          .isEqualTo("{\"objects\":1,\"bytes\":100,\"orphans\":1}");

      Database.in(folder.resolve("data"))
          .jdbc()
          .sql("update attachment.file set created_at = created_at - interval '25 hours'")
          .update();
      List<Path> left = new ArrayList<>(filesIn("spool"));
      left.addAll(filesIn("objects"));
      for (Path file : left) {
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(Duration.ofHours(25))));
      }
      admin.post("/admin/schedules/storage-sweep/run").expect(202);
      Annals.eventually(
          () ->
              assertThat(admin.get("/admin/storage").expect(200).text())
                  .isEqualTo("{\"objects\":0,\"bytes\":0,\"orphans\":0}"));
      assertThat(filesIn("spool")).isEmpty();
    }
  }

  private AnnalsProcess start() throws IOException {
    AnnalsProcess.Builder program =
        AnnalsProcess.on(folder.toRealPath().resolve("data"))
            .embedded()
            .with("JAVA_TOOL_OPTIONS", "-Xmx128m")
            .with("ANNALS_IDENTITY_BCRYPT_COST", "4")
            .with(Postbox.get().variables());
    Annals.ADMIN.forEach(program::with);
    return program.start().awaitReady();
  }

  private static Annals annals(AnnalsProcess program) {
    return new Annals(program.baseUrl(), Optional.empty());
  }

  private static String attachments(Client user) {
    return "/tasks/" + user.post("/tasks", Kind.TASK.creation).expect(201).id() + "/attachments";
  }

  private static void upload(Client user, String attachments, int seed) {
    String sha256 = sha256(new SequenceInputStream(stream(png(seed)), stream(REST)));
    Answer added =
        user.with("Content-Type", "multipart/form-data; boundary=" + Client.BOUNDARY)
            .send("POST", attachments, body(seed))
            .expect(201);
    assertThat(added.json().get("size").asInt()).isEqualTo(LARGEST);
    assertThat(added.text("/sha256")).isEqualTo(sha256);
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(user.url() + attachments + "/" + added.id()));
    user.headers().forEach(request::setHeader);
    try {
      assertThat(sha256(HTTP.send(request.build(), BodyHandlers.ofInputStream()).body()))
          .isEqualTo(sha256);
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  // Together they exceed the memory of this JVM.
  private static BodyPublisher body(int seed) {
    String around = new String(Client.multipart("a.png", "image/png", png(seed)), ISO_8859_1);
    int end = around.lastIndexOf("\r\n--" + Client.BOUNDARY);
    return BodyPublishers.concat(
        BodyPublishers.ofString(around.substring(0, end), ISO_8859_1),
        BodyPublishers.ofByteArray(REST),
        BodyPublishers.ofString(around.substring(end), ISO_8859_1));
  }

  /** Sends the first bytes of a file of 25 MiB and closes the connection. */
  private static void cut(Client user, String attachments, int length) throws IOException {
    try (Socket line = new Socket(user.url().getHost(), user.url().getPort())) {
      OutputStream out = line.getOutputStream();
      String head =
          String.join(
              "\r\n",
              "POST " + attachments + " HTTP/1.1",
              "Host: annals",
              "Authorization: " + user.headers().get("Authorization"),
              "Content-Length: " + (LARGEST + 1000),
              "Content-Type: multipart/form-data; boundary=" + Client.BOUNDARY,
              "",
              "--" + Client.BOUNDARY,
              "Content-Disposition: form-data; name=\"file\"; filename=\"a.png\"",
              "",
              "");
      out.write(head.getBytes(ISO_8859_1));
      out.write(REST, 0, length);
    }
  }

  private List<Path> filesIn(String kind) throws IOException {
    try (Stream<Path> all = Files.walk(folder.resolve("data/attachments").resolve(kind))) {
      return all.filter(Files::isRegularFile).toList();
    }
  }

  /** Returns the start of a PNG file, different for each seed. */
  private static byte[] png(int seed) {
    byte[] bytes = new byte[BEGINNING];
    new Random(seed).nextBytes(bytes);
    byte[] magic = HexFormat.of().parseHex("89504e470d0a1a0a0000000d49484452");
    System.arraycopy(magic, 0, bytes, 0, magic.length);
    return bytes;
  }

  private static InputStream stream(byte[] bytes) {
    return new ByteArrayInputStream(bytes);
  }

  private static String sha256(InputStream bytes) {
    try (DigestInputStream in =
        new DigestInputStream(bytes, MessageDigest.getInstance("SHA-256"))) {
      in.transferTo(OutputStream.nullOutputStream());
      return HexFormat.of().formatHex(in.getMessageDigest().digest());
    } catch (IOException | NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }
}
