package dev.annals.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import dev.annals.eventstore.seal.MerkleTree;
import dev.annals.eventstore.seal.StoredEvent;
import dev.annals.eventstore.seal.TreeHead;
import io.jsonwebtoken.Jwts;
import io.jsonwebtoken.security.Jwks;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.interfaces.ECPublicKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExportCheckTest {

  private static final Instant SIGNED_AT = Instant.parse("2026-03-01T10:00:00.123Z");

  private final KeyPair key = Jwts.SIG.ES256.keyPair().build();
  private final List<String> lines = new ArrayList<>();
  @TempDir private Path folder;

  @BeforeEach
  void threeEventsAndAHead() throws IOException {
    MerkleTree tree = new MerkleTree();
    for (int position = 1; position <= 3; position++) {
      StoredEvent event =
          new StoredEvent(
              position,
              "e" + position,
              "a",
              position,
              "T",
              "t",
              "p",
              "1",
              new byte[1],
              new byte[1]);
      tree.add(MerkleTree.leafHash(event.bytes()));
      lines.add(line(event));
    }
    TreeHead head = new TreeHead(3, tree.root(), SIGNED_AT);
    write(
        "head",
        """
        {"size":3,"root":"%s","signedAt":"%s","kid":"k","signature":"%s"}"""
            .formatted(base64(tree.root()), SIGNED_AT, base64(head.sign(key.getPrivate()))));
    write("keys", keys(key));
  }

  @Test
  void acceptsAnUnchangedExport() {
    assertThat(check("--head", file("head"), "--keys", file("keys")))
        .isEqualTo(
            """
            0 These are the 3 events that were signed at 2026-03-01T10:00:00.123Z.
            Changes before the first head was signed, or before you stored this one, cannot be detected.
            """);
  }

  @Test
  void reportsUncheckedEventsAndSignature() {
    lines.add("{}");
    assertThat(check("--head", file("head")))
        .contains("The signature was not checked: --keys is missing.")
        .contains("The 1 events after them were not checked.");
  }

  @Test
  void rejectsMissingAndReorderedEvents() {
    String last = lines.remove(2);
    assertThat(check("--head", file("head")))
        .startsWith("1 The export has 2 events, the head was signed over 3: some are missing.");
    lines.add(1, last);
    assertThat(check("--head", file("head"))).startsWith("1 Line 3: position 2 is out of order.");
  }

  @Test
  void rejectsAlteredEvents() {
    lines.set(1, lines.get(1).replace("\"e2\"", "\"e9\""));
    assertThat(check("--head", file("head")))
        .startsWith("1 Line 2: the properties of position 2 differ from its stored bytes.");
    lines.set(
        1,
        line(new StoredEvent(2, "e2", "a", 2, "T", "later", "p", "1", new byte[1], new byte[1])));
    assertThat(check("--head", file("head"))).startsWith("1 The export is not what was signed: ");
    lines.set(1, "no event");
    assertThat(check("--head", file("head"))).startsWith("1 Line 2 is not an event of an export.");
  }

  @Test
  void rejectsAHeadSignedByAnotherKey() throws IOException {
    write("keys", keys(Jwts.SIG.ES256.keyPair().build()));
    assertThat(check("--head", file("head"), "--keys", file("keys")))
        .startsWith("1 The head is not signed by the key that it names.");
  }

  @Test
  void exitsWith2WithoutAHead() {
    assertThat(check()).startsWith("2 Usage: ");
    assertThat(check("--head", file("none"))).startsWith("2 There is no file ");
  }

  private static String line(StoredEvent event) {
    return """
    {"position":%d,"eventId":"%s","aggregateId":"a","sequence":%d,"aggregateType":"T","stored":"%s"}"""
        .formatted(event.position(), event.eventId(), event.sequence(), base64(event.bytes()));
  }

  private static String keys(KeyPair pair) {
    ECPublicKey published = (ECPublicKey) pair.getPublic();
    return """
    {"keys":[{"kty":"EC","crv":"P-256","kid":"k","x":"%s","y":"%s"}]}"""
        .formatted(
            Jwks.builder().key(published).build().get("x"),
            Jwks.builder().key(published).build().get("y"));
  }

  private String check(String... arguments) {
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    int code =
        new ExportCheck(new PrintStream(output, true, StandardCharsets.UTF_8))
            .run(
                arguments,
                new ByteArrayInputStream(
                    String.join("\n", lines).getBytes(StandardCharsets.UTF_8)));
    return code + " " + output.toString(StandardCharsets.UTF_8);
  }

  private String file(String name) {
    return folder.resolve(name).toString();
  }

  private void write(String name, String json) throws IOException {
    Files.writeString(folder.resolve(name), json);
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }
}
