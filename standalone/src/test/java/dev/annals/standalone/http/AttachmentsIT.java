package dev.annals.standalone.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.annals.servers.StompClient;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Uploads and downloads of files, through the service and by signed URLs. */
@ExtendWith(Deployment.class)
class AttachmentsIT {

  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final byte[] PNG = png(100_000);

  private final Annals annals;
  private final Client user;
  private final String task;
  private final String attachments;

  AttachmentsIT(Annals annals) {
    this.annals = annals;
    user = annals.newUser();
    task = "/tasks/" + user.post("/tasks", Kind.TASK.creation).expect(201).id();
    attachments = task + "/attachments";
  }

  /** Attaches a text and returns its path. */
  private String attach(String text) {
    return attachments
        + "/"
        + user.upload(attachments, "a.txt", "text/plain", text(text)).expect(201).id();
  }

  @Test
  void areDownloadedUnchanged() {
    Answer added = user.upload(attachments, "plan.png", "image/png", PNG).expect(201);
    String path = attachments + "/" + added.id();
    assertThat(added.header("Location")).hasValue(path);
    assertThat(added.header("ETag")).isEmpty();
    assertThat(added.json().propertyNames())
        .containsExactly("id", "fileName", "contentType", "size", "sha256", "createdAt");
    assertThat(added.text("/fileName")).isEqualTo("plan.png");
    assertThat(added.text("/contentType")).isEqualTo("image/png");
    assertThat(added.json().get("size").asInt()).isEqualTo(PNG.length);
    assertThat(added.text("/sha256")).isEqualTo(sha256(PNG));

    HttpResponse<byte[]> read = read(user, path);
    assertThat(read.statusCode()).isEqualTo(200);
    assertThat(read.body()).isEqualTo(PNG);
    assertThat(read.headers().map())
        .containsEntry("content-type", List.of("image/png"))
        .containsEntry("content-disposition", List.of("attachment; filename=\"plan.png\""))
        .containsEntry("x-content-type-options", List.of("nosniff"))
        .containsEntry("etag", List.of("\"" + sha256(PNG) + "\""))
        .containsEntry("accept-ranges", List.of("bytes"));
    assertThat(read.headers().firstValue("Content-Security-Policy").orElseThrow())
        .contains("sandbox");

    Client seeing = user.with("Consistency-Token", added.header("Consistency-Token").orElseThrow());
    assertThat(seeing.get(attachments).expect(200).json().get(0)).isEqualTo(added.json());
    JsonNode seen = seeing.get(task).expect(200).hasVersion(1).json();
    assertThat(seen.get("attachments").get(0)).isEqualTo(added.json());
  }

  @Test
  void answerRangesAndConditions() {
    String path = attach("0123456789");
    String etag = "\"" + sha256(text("0123456789")) + "\"";
    user.with("If-None-Match", etag).get(path).expect(304);
    Answer part = user.with("Range", "bytes=2-4").get(path).expect(206);
    assertThat(part.text()).isEqualTo("234");
    assertThat(part.header("Content-Range")).hasValue("bytes 2-4/10");
    assertThat(user.with("Range", "bytes=-3").get(path).expect(206).text()).isEqualTo("789");
    user.with("Range", "bytes=10-").get(path).isProblem(416, "range-not-satisfiable");
    Client ranged = user.with("Range", "bytes=2-4");
    assertThat(ranged.with("If-Range", etag).get(path).expect(206).text()).isEqualTo("234");
    assertThat(ranged.with("If-Range", "\"other\"").get(path).expect(200).text())
        .isEqualTo("0123456789");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bytes=0-1,4-5",
        "bytes=0-4,5-9",
        "bytes=0-1,50-60",
        "bytes=0-1,x",
        "bytes=",
        "lines=0-1"
      })
  void areSentWholeForSeveralRanges(String range) {
    Answer whole = user.with("Range", range).get(attach("0123456789")).expect(200);
    assertThat(whole.text()).isEqualTo("0123456789");
    assertThat(whole.header("Content-Length")).hasValue("10");
    assertThat(whole.header("Content-Type")).hasValue("text/plain");
    assertThat(whole.header("Content-Range")).isEmpty();
    assertThat(whole.header("Accept-Ranges")).hasValue("bytes");
  }

  @ParameterizedTest
  @CsvSource({
    "bytes=0-0, 0, bytes 0-0/10",
    "bytes=9-, 9, bytes 9-9/10",
    "bytes=4-99, 456789, bytes 4-9/10",
    "bytes=-99, 0123456789, bytes 0-9/10",
    "bytes=0-9, 0123456789, bytes 0-9/10"
  })
  void answerASingleRangeWith206(String range, String bytes, String where) {
    Answer part = user.with("Range", range).get(attach("0123456789")).expect(206);
    assertThat(part.text()).isEqualTo(bytes);
    assertThat(part.header("Content-Range")).hasValue(where);
    assertThat(part.header("Content-Length")).hasValue(Integer.toString(bytes.length()));
    assertThat(part.header("Content-Type")).hasValue("text/plain");
  }

  @Test
  void ignoreARangeWithAMatchingTagOrOfHead() {
    String path = attach("0123456789");
    String etag = "\"" + sha256(text("0123456789")) + "\"";

    user.with("If-None-Match", etag).with("Range", "bytes=10-").get(path).expect(304);
    for (String range : List.of("bytes=0-1", "bytes=10-")) {
      Answer head = user.with("Range", range).send("HEAD", path, BodyPublishers.noBody());
      assertThat(head.expect(200).header("Content-Length")).hasValue("10");
      assertThat(head.header("Content-Range")).isEmpty();
    }
  }

  private static final String DISPOSITION = "Content-Disposition: form-data; name=\"file\"";

  /** Malformed forms. */
  static Stream<Arguments> forms() {
    String part = "--b\r\n" + DISPOSITION + "; filename=\"a.txt\"\r\n\r\na\r\n";
    String field = "--b\r\nContent-Disposition: form-data; name=\"other\"\r\n\r\na\r\n";
    return Stream.of(
        arguments("no boundary", "", part + "--b--\r\n", 400),
        arguments("another boundary", "; boundary=c", part + "--b--\r\n", 400),
        arguments("no body", "; boundary=b", "", 400),
        arguments("no part", "; boundary=b", "--b--", 400),
        arguments("no part, and an end", "; boundary=b", "--b--\r\n", 400),
        arguments("no end", "; boundary=b", part, 400),
        arguments("no end of the headers", "; boundary=b", "--b\r\n" + DISPOSITION, 400),
        arguments("no headers", "; boundary=b", "--b\r\n\r\na\r\n--b--\r\n", 400),
        arguments("no such part", "; boundary=b", field + "--b--\r\n", 400),
        arguments(
            "no file name", "; boundary=b", "--b\r\n" + DISPOSITION + "\r\n\r\na\r\n--b--", 400),
        arguments("many parts", "; boundary=b", field.repeat(50) + part + "--b--", 413),
        arguments(
            "long headers",
            "; boundary=b",
            part.replace("\r\n\r\n", "\r\nX: " + "x".repeat(10_000) + "\r\n\r\n") + "--b--",
            413),
        arguments(
            "many headers",
            "; boundary=b",
            part.replace("\r\n\r\n", "\r\n" + "X: y\r\n".repeat(2_000) + "\r\n") + "--b--",
            413),
        arguments(
            "parts in a part",
            "; boundary=b",
            "--b\r\n"
                + DISPOSITION
                + "\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\n"
                + "Content-Disposition: file; filename=\"a.txt\"\r\n\r\na\r\n--c--\r\n--b--",
            400),
        arguments("a long boundary", "; boundary=" + "b".repeat(6_000), "--b--", 400),
        arguments(
            "a large field",
            "; boundary=b",
            field.replace("a", "a".repeat(3 << 20)) + part + "--b--",
            413),
        arguments(
            "a byte too many",
            "; boundary=b",
            part.replace("\r\na\r\n", "\r\n" + "a".repeat((25 << 20) + 1) + "\r\n") + "--b--",
            413));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("forms")
  void areRefusedInMalformedForms(String wrong, String boundary, String body, int status) {
    Client sender = user.with("Content-Type", "multipart/form-data" + boundary);
    sender
        .send("POST", attachments, BodyPublishers.ofString(body))
        .isProblem(status, status == 413 ? "content-too-large" : "bad-request");
    annals
        .newUser()
        .with("Content-Type", "multipart/form-data" + boundary)
        .send("POST", attachments, BodyPublishers.ofString(body))
        .isProblem(404, "not-found");
    Annals.eventually(() -> assertThat(user.get(attachments).expect(200).json()).isEmpty());
  }

  @Test
  void areAcceptedWithTheLongestBoundaryAndMaximumSize() {
    String boundary = "b".repeat(70);
    user.with("Content-Type", "multipart/form-data; boundary=" + boundary)
        .send(
            "POST",
            attachments,
            BodyPublishers.ofString(
                "--%1$s\r\n%2$s; filename=\"a.txt\"\r\n\r\na\r\n--%1$s--\r\n"
                    .formatted(boundary, DISPOSITION)))
        .expect(201);
    user.upload(attachments, "a.png", "image/png", png(25 << 20)).expect(201);
  }

  /** The answer arrives before the file is read. */
  @Test
  void areRefusedUnreadForTasksOfOthers() throws IOException {
    for (String path :
        List.of(
            attachments, "/tasks/" + UUID.randomUUID() + "/attachments", "/tasks/x/attachments")) {
      URI url = annals.url();
      try (Socket line = new Socket(url.getHost(), url.getPort())) {
        line.setSoTimeout(20_000);
        String head =
            String.join(
                "\r\n",
                "POST " + path + " HTTP/1.1",
                "Host: annals",
                "Authorization: " + annals.newUser().headers().get("Authorization"),
                "Content-Length: 20000000",
                "Content-Type: multipart/form-data; boundary=b",
                "",
                "--b",
                DISPOSITION + "; filename=\"a.txt\"",
                "",
                "a");
        line.getOutputStream().write(head.getBytes(StandardCharsets.ISO_8859_1));
        String status =
            new BufferedReader(
                    new InputStreamReader(line.getInputStream(), StandardCharsets.ISO_8859_1))
                .readLine();
        assertThat(status).as(path).startsWith("HTTP/1.1 404");
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "a.csv, application/vnd.ms-excel, text/csv",
    "a.csv, text/x-csv; charset=windows-1251, text/csv",
    "a.json, text/json, application/json",
    "a.log, application/octet-stream, text/plain",
    "C#.md, application/octet-stream, text/markdown"
  })
  void areAcceptedByAliasesOfTheirTypes(String name, String sent, String kept) {
    Answer added = user.upload(attachments, name, sent, text("[1]")).expect(201);
    assertThat(added.text("/fileName")).isEqualTo(name);
    assertThat(added.text("/contentType")).isEqualTo(kept);
    assertThat(announce(name, sent, text("[1]")).expect(201).json().get("headers").toString())
        .contains(kept);
  }

  @ParameterizedTest
  @ValueSource(strings = {"x?.html", "a:b.html"})
  void areRefusedByNamesThatHideTheirTypes(String name) {
    user.upload(attachments, name, "text/plain", text("a"))
        .isProblem(415, "unsupported-media-type");
    announce(name, "text/plain", text("a")).isProblem(415, "unsupported-media-type");
  }

  @Test
  void areDeletedAndRestoredWithTheirTask() {
    String path = attach("a");
    user.ifMatch(1).delete(task).expect(204);
    user.get(path).isProblem(404, "not-found");
    user.upload(attachments, "a.txt", "text/plain", text("a")).isProblem(404, "not-found");
    user.ifMatch(2).post(task + "/restore").expect(200);
    user.get(path).expect(200);
    Answer removed = user.delete(path).expect(204);
    assertThat(removed.header("Consistency-Token")).isPresent();
    user.get(path).isProblem(404, "not-found");
    user.delete(path).isProblem(404, "not-found");
  }

  @ParameterizedTest
  @CsvSource({
    "../../etc/passwd, passwd",
    "..\\..\\evil.txt, evil.txt",
    "C:\\Temp\\plan.txt, plan.txt",
    "' plan.txt ', ' plan.txt '",
    "a\u0001b.txt, ab.txt",
    "CON, CON",
    "\u05d0\u200f.txt, \u05d0\u200f.txt",
    "Grüße %41 \u65e5\u672c.txt, Grüße %41 \u65e5\u672c.txt"
  })
  void keepTheirNamesWithoutPathsAndControlCharacters(String sent, String kept) {
    Answer added = user.upload(attachments, sent, "text/plain", text("a")).expect(201);
    assertThat(added.text("/fileName")).isEqualTo(kept);
  }

  @Test
  void needAName() {
    user.upload(attachments, "", "text/plain", text("a")).expect(400);
    user.upload(attachments, "a\u0000b", "text/plain", text("a")).expect(400);
    user.upload(attachments, "..", "text/plain", text("a")).isInvalidAt("/file");
    user.upload(attachments, "x".repeat(256), "text/plain", text("a")).isInvalidAt("/file");
    user.upload(attachments, "x".repeat(300), "text/plain", text("a")).isInvalidAt("/file");
    user.upload(attachments, "x".repeat(255), "text/plain", text("a")).expect(201);
    user.upload(attachments, "\u65e5".repeat(255), "text/plain", text("a")).expect(201);
  }

  @Test
  void areRefusedIfTheirBytesContradictTheirType() {
    byte[] script = text("#!/bin/sh\nrm -rf /");
    user.upload(attachments, "a.png", "image/png", script).expect(415);
    user.upload(attachments, "a.txt", "text/plain", script).expect(415);
    user.upload(attachments, "a.sh", "text/plain", text("a")).expect(415);
    user.upload(attachments, "a.html", "text/html", text("<html>")).expect(415);
    user.upload(attachments, "a.jpg", "image/png", PNG).expect(415);
    user.upload(attachments, "a.json", "application/json", text("{")).expect(415);
    user.upload(attachments, "a.json", "application/json", text("{\"a\": [1]}")).expect(201);
    user.upload(attachments, "a.md", "application/octet-stream", text("# A")).expect(201);
    byte[] utf16 = "\uFEFFGr\u00fc\u00dfe".getBytes(StandardCharsets.UTF_16LE);
    user.upload(attachments, "a.txt", "text/plain", utf16).expect(201);
    byte[] page = "\uFEFF<html><script>".getBytes(StandardCharsets.UTF_16LE);
    user.upload(attachments, "a.txt", "text/plain", page).expect(415);
    user.upload(attachments, "a.txt", "text/plain", text("a\u0000b")).expect(415);
    user.upload(attachments, "a.txt", "text/plain", new byte[0]).isInvalidAt("/file");
    user.upload(attachments, "a.png", "image/png", new byte[26 << 20])
        .isProblem(413, "content-too-large");
    user.post(attachments, "{}").expect(415);
  }

  @Test
  void areAttachedOncePerIdempotencyKey() {
    Client once = user.with("Idempotency-Key", "\"upload\"");
    Answer first = once.upload(attachments, "a.txt", "text/plain", text("a")).expect(201);
    Answer again = once.upload(attachments, "a.txt", "text/plain", text("a")).expect(201);
    assertThat(again.json()).isEqualTo(first.json());
    once.upload(attachments, "a.txt", "text/plain", text("b"))
        .isProblem(422, "idempotency-key-reuse");
    user.delete(attachments + "/" + first.id()).expect(204);
    again = once.upload(attachments, "a.txt", "text/plain", text("a")).expect(201);
    assertThat(again.json()).isEqualTo(first.json());
  }

  @Test
  void areUploadedBySignedUrlAndDownloadedByLink() {
    Answer announced = announce("plan.png", "image/png", PNG).expect(201);
    String complete = complete(announced);
    user.post(complete).isProblem(409, "upload-incomplete");

    assertThat(put(announced, PNG)).isEqualTo(200);
    Answer added = user.post(complete).expect(201);
    assertThat(user.post(complete).expect(201).json()).isEqualTo(added.json());

    Answer link = user.get(attachments + "/" + added.id() + "/link").expect(200);
    URI linked = URI.create(link.text("/url"));
    HttpResponse<byte[]> read =
        read(
            linked.getPath().startsWith("/files/")
                ? URI.create(annals.url() + linked.getRawPath() + "?" + linked.getRawQuery())
                : linked,
            Map.of());
    assertThat(read.statusCode()).isEqualTo(200);
    assertThat(read.body()).isEqualTo(PNG);
    String url = link.text("/url");
    for (String other :
        List.of(
            url.replaceFirst("(?i)expires=", "$01"),
            url.substring(0, url.length() - 1),
            url.replaceFirst("[0-9a-f]\\?", "x?"))) {
      assertThat(sent("GET", other, Map.of(), new byte[0]).status()).as(other).isNotEqualTo(200);
    }
    for (String method : List.of("HEAD", "PUT", "DELETE")) {
      assertThat(sent(method, url, Map.of(), new byte[0]).status()).as(method).isBetween(400, 499);
    }
  }

  @Test
  void areRefusedAtAlteredUrlsAndAfterCompletionOrDeletion() {
    Answer announced = announce("plan.png", "image/png", PNG).expect(201);
    assumeTrue(announced.text("/url").contains("/files/"), "S3 takes and gives them until then");
    assertThat(put(announced, PNG)).isEqualTo(200);
    assertThat(put(announced, PNG)).isEqualTo(200);
    Answer added = user.post(complete(announced)).expect(201);
    assertThat(put(announced, PNG)).isEqualTo(403);

    String path = attachments + "/" + added.id();
    String url = user.get(path + "/link").expect(200).text("/url");
    Client anybody = annals.anybody();
    String link = url.substring(url.indexOf("/files/"));
    anybody.get(link).expect(200);
    anybody.get(link.replace("expires=", "expires=1")).isProblem(403, "forbidden");
    anybody.get(link.substring(0, link.length() - 1)).isProblem(403, "forbidden");
    anybody.send("HEAD", link, BodyPublishers.noBody()).expect(403);
    user.ifMatch(1).delete(task).expect(204);
    anybody.get(link).isProblem(404, "not-found");
    user.ifMatch(2).post(task + "/restore").expect(200);
    anybody.get(link).expect(200);
    user.delete(path).expect(204);
    anybody.get(link).isProblem(404, "not-found");
  }

  @Test
  void areRefusedAtASignedUrlIfTheBytesDiffer() {
    Answer announced = announce("plan.png", "image/png", PNG).expect(201);
    boolean here = announced.text("/url").contains("/files/");
    byte[] others = PNG.clone();
    others[50]++;
    assertThat(put(announced, others)).isEqualTo(400);
    String complete = complete(announced);
    user.post(complete).isProblem(here ? 422 : 409, here ? "upload-mismatch" : "upload-incomplete");
    assertThat(put(announced, Arrays.copyOf(PNG, 10))).isEqualTo(403);
    Map<String, String> otherType = new HashMap<>(headers(announced));
    otherType.replaceAll((name, value) -> value.equals("image/png") ? "image/gif" : value);
    String url = announced.text("/url");
    assertThat(sent("PUT", url, otherType, PNG).status()).isEqualTo(403);
    String other = announce("plan.png", "image/png", PNG).expect(201).text("/uploadId");
    String elsewhere = url.replace(announced.text("/uploadId"), other);
    assertThat(sent("PUT", elsewhere, headers(announced), PNG).status()).isEqualTo(403);
    user.post(attachments + "/uploads/" + other + "/complete").isProblem(409, "upload-incomplete");

    annals.newUser().post(complete).isProblem(404, "not-found");
    assertThat(put(announced, PNG)).isEqualTo(200);
    user.post(complete).expect(201);
  }

  @Test
  void areRefusedAtASignedUrlIfTheBytesContradictTheType() {
    byte[] script = text("#!/bin/sh\nrm -rf /");
    Answer announced = announce("plan.png", "image/png", script).expect(201);
    assertThat(put(announced, script)).isEqualTo(200);
    user.post(complete(announced)).isProblem(415, "unsupported-media-type");
    assertThat(user.get(attachments).expect(200).json()).isEmpty();
  }

  @Test
  void getASignedUrlOnlyForAllowedFiles() {
    String tooLarge = announcement("\u0001", "text/html", (25 << 20) + 1, "ab".repeat(32));
    user.post("/tasks/" + UUID.randomUUID() + "/attachments/uploads", tooLarge)
        .isProblem(413, "content-too-large");
    announce("plan.sh", "text/plain", PNG).isProblem(415, "unsupported-media-type");
    announce("\u0001", "text/html", PNG).isProblem(415, "unsupported-media-type");
    announce("\u0001", "text/plain", PNG).isInvalidAt("/fileName");
    announce("a\u0000b", "text/plain", PNG).isInvalidAt("/fileName");
    announce("x".repeat(300), "text/plain", PNG).isInvalidAt("/fileName");
    announce("", "text/plain", PNG).isInvalidAt("/fileName");
    announce("a.txt", "text/plain", new byte[0]).isInvalidAt("/size");
    user.post(attachments + "/uploads", announcement("a.txt", "text/plain", 1, "AB".repeat(32)))
        .isInvalidAt("/sha256");
    user.post(
            "/tasks/" + UUID.randomUUID() + "/attachments/uploads",
            announcement("a.txt", "text/plain", 1, "ab".repeat(32)))
        .isProblem(404, "not-found");
  }

  @Test
  void areCompletedOnlyWhileTheirTaskIsNotDeleted() {
    Answer announced = announce("plan.png", "image/png", PNG).expect(201);
    assertThat(put(announced, PNG)).isEqualTo(200);
    user.ifMatch(0).delete(task).expect(204);
    user.post(complete(announced)).isProblem(404, "not-found");
    announce("plan.png", "image/png", PNG).isProblem(404, "not-found");
    user.ifMatch(1).post(task + "/restore").expect(200);
    user.post(complete(announced)).expect(201);
  }

  @Test
  void areRefusedToARevokedSession() {
    Answer added = user.upload(attachments, "plan.png", "image/png", PNG).expect(201);
    String path = attachments + "/" + added.id();
    Answer announced = announce("plan.png", "image/png", PNG).expect(201);

    user.post("/auth/logout-all").expect(204);

    user.upload(attachments, "plan.png", "image/png", PNG).isProblem(401, "unauthorized");
    user.get(attachments).isProblem(401, "unauthorized");
    user.get(path).isProblem(401, "unauthorized");
    user.get(path + "/link").isProblem(401, "unauthorized");
    announce("plan.png", "image/png", PNG).isProblem(401, "unauthorized");
    user.post(complete(announced)).isProblem(401, "unauthorized");
    user.delete(path).isProblem(401, "unauthorized");
  }

  @Test
  void arePushedToTheirOwner() {
    // The first notification is the creation of the task.
    Annals.eventually(() -> assertThat(user.unread()).isEqualTo(1));
    try (StompClient client = StompClient.of(user).subscribed("after:1")) {
      Answer added = user.upload(attachments, "a.txt", "text/plain", text("a")).expect(201);
      user.delete(attachments + "/" + added.id()).expect(204);
      JsonNode first = Json.parse(client.message());
      JsonNode second = Json.parse(client.message());
      assertThat(first.get("type").asString()).isEqualTo("AttachmentAdded");
      assertThat(first.at("/resource/kind").asString()).isEqualTo("task");
      assertThat("/tasks/" + first.at("/resource/id").asString()).isEqualTo(task);
      assertThat(first.at("/resource/version").asLong()).isEqualTo(1);
      assertThat(second.get("type").asString()).isEqualTo("AttachmentRemoved");
      assertThat(second.at("/resource/version").asLong()).isEqualTo(2);
    }
  }

  @Test
  void answer404WhileTheFlagIsOff() {
    Answer added = user.upload(attachments, "a.txt", "text/plain", text("a")).expect(201);
    String path = attachments + "/" + added.id();
    Answer announced = announce("plan.png", "image/png", PNG).expect(201);
    String link = user.get(path + "/link").expect(200).text("/url");
    Client admin = annals.admin();
    String flag = "/admin/flags/attachments";
    admin.with("If-Match", "*").put(flag, "{\"enabled\": false}").expect(200);
    try {
      // Twice the number of instances, which get requests in turn.
      Annals.eventually(
          () -> {
            for (int i = 0; i < 4; i++) {
              user.get(path).isProblem(404, "not-found");
              user.get(attachments).isProblem(404, "not-found");
            }
          });
      user.upload(attachments, "a.txt", "text/plain", text("a")).isProblem(404, "not-found");
      user.get(path + "/link").isProblem(404, "not-found");
      user.delete(path).isProblem(404, "not-found");
      announce("plan.png", "image/png", PNG).isProblem(404, "not-found");
      user.post(complete(announced)).isProblem(404, "not-found");
      if (link.contains("/files/")) {
        annals.anybody().get(link.substring(link.indexOf("/files/"))).isProblem(404, "not-found");
      }
      user.get(task).expect(200);
    } finally {
      admin.with("If-Match", "*").put(flag, "{\"enabled\": true}").expect(200);
      Annals.eventually(
          () -> {
            for (int i = 0; i < 4; i++) {
              user.get(path).expect(200);
              user.get(attachments).expect(200);
            }
          });
    }
  }

  private Answer announce(String name, String type, byte[] bytes) {
    return user.post(
        attachments + "/uploads", announcement(name, type, bytes.length, sha256(bytes)));
  }

  private static String announcement(String name, String type, int size, String sha256) {
    return Json.object("fileName", name, "contentType", type, "size", size, "sha256", sha256);
  }

  private String complete(Answer announced) {
    return attachments + "/uploads/" + announced.text("/uploadId") + "/complete";
  }

  private int put(Answer announced, byte[] bytes) {
    return sent(announced.text("/method"), announced.text("/url"), headers(announced), bytes)
        .status();
  }

  static Map<String, String> headers(Answer announced) {
    return announced.json().get("headers").properties().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, header -> header.getValue().asString()));
  }

  private Answer sent(String method, String url, Map<String, String> headers, byte[] bytes) {
    return new Client(annals.url(), headers).sendToSigned(method, url, bytes);
  }

  private static HttpResponse<byte[]> read(Client client, String path) {
    return read(URI.create(client.url() + path), client.headers());
  }

  private static HttpResponse<byte[]> read(URI url, Map<String, String> headers) {
    HttpRequest.Builder request = HttpRequest.newBuilder(url);
    headers.forEach(request::setHeader);
    try {
      return HTTP.send(request.build(), BodyHandlers.ofByteArray());
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(url + " was not answered", e);
    }
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] png(int size) {
    byte[] bytes = new byte[size];
    new Random(7).nextBytes(bytes);
    byte[] magic = HexFormat.of().parseHex("89504e470d0a1a0a0000000d49484452");
    System.arraycopy(magic, 0, bytes, 0, magic.length);
    return bytes;
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }
}
