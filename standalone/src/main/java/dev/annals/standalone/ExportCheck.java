package dev.annals.standalone;

import dev.annals.eventstore.seal.MerkleTree;
import dev.annals.eventstore.seal.StoredEvent;
import dev.annals.eventstore.seal.TreeHead;
import io.jsonwebtoken.security.Jwk;
import io.jsonwebtoken.security.Jwks;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.PublicKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Verifies an export of the history against a stored tree head, offline: {@code verify --head FILE
 * [--keys FILE] [EXPORT]}.
 *
 * <p>The head is an element of the answer to {@code GET /audit/heads}, or the answer itself, of
 * which the first element is used. The keys are the answer to {@code GET /.well-known/jwks.json}.
 * The export is the whole answer to {@code GET /audit/events} as {@code application/x-ndjson}, by
 * default from standard input. Only {@code stored} and the properties that repeat it are checked,
 * since the decrypted payload proves nothing.
 */
record ExportCheck(PrintStream out) {

  static final String COMMAND = "verify";

  private static final String USAGE =
      "Usage: java -jar annals.jar verify --head FILE [--keys FILE] [EXPORT]";
  private static final JsonMapper JSON = JsonMapper.shared();

  /** A failed check, described in one sentence. */
  private static final class VerificationException extends Exception {

    private static final long serialVersionUID = 1L;

    VerificationException(String sentence) {
      super(sentence, null, false, false);
    }
  }

  /**
   * Verifies an export and prints the result.
   *
   * @param arguments the arguments after the command
   * @return the exit code: 0 if the export is what was signed, 1 if not, 2 if it cannot be checked
   */
  int run(String[] arguments, InputStream standardInput) {
    Path head = null;
    Path keys = null;
    List<Path> exports = new ArrayList<>();
    for (int i = 0; i < arguments.length; i++) {
      boolean hasValue = i + 1 < arguments.length;
      if (arguments[i].equals("--head") && hasValue) {
        head = Path.of(arguments[++i]);
      } else if (arguments[i].equals("--keys") && hasValue) {
        keys = Path.of(arguments[++i]);
      } else if (arguments[i].startsWith("--")) {
        head = null;
        break;
      } else {
        exports.add(Path.of(arguments[i]));
      }
    }
    if (head == null || exports.size() > 1) {
      out.println(USAGE);
      return 2;
    }
    try (InputStream export =
        exports.isEmpty() ? standardInput : Files.newInputStream(exports.get(0))) {
      check(json(head), keys == null ? null : Files.readString(keys), export);
      return 0;
    } catch (VerificationException failed) {
      out.println(failed.getMessage());
      return 1;
    } catch (NoSuchFileException missing) {
      out.println("There is no file " + missing.getFile() + ".");
      return 2;
    } catch (IOException | JacksonException unreadable) {
      out.println("A file cannot be read: " + unreadable.getMessage());
      return 2;
    }
  }

  private static JsonNode json(Path file) throws IOException {
    JsonNode json = JSON.readTree(Files.readString(file));
    return json.isArray() ? json.path(0) : json;
  }

  private void check(JsonNode json, String keys, InputStream export)
      throws IOException, VerificationException {
    TreeHead head = head(json);
    if (keys != null && !head.isSignedBy(key(keys, json), bytes(json, "signature"))) {
      throw new VerificationException("The head is not signed by the key that it names.");
    }
    MerkleTree tree = new MerkleTree();
    long later = 0;
    long position = Long.MIN_VALUE;
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(export, StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (tree.size() == head.size()) {
          later++;
          continue;
        }
        position = add(line, tree, position);
      }
    }
    if (tree.size() < head.size()) {
      throw new VerificationException(
          "The export has %d events, the head was signed over %d: some are missing."
              .formatted(tree.size(), head.size()));
    }
    if (!Arrays.equals(tree.root(), head.root())) {
      throw new VerificationException(
          "The export is not what was signed: its %d events have the root %s, the head has %s."
              .formatted(tree.size(), base64(tree.root()), base64(head.root())));
    }
    out.printf("These are the %d events that were signed at %s.%n", head.size(), head.signedAt());
    if (keys == null) {
      out.println("The signature was not checked: --keys is missing.");
    }
    if (later > 0) {
      out.printf("The %d events after them were not checked.%n", later);
    }
    out.println(
        "Changes before the first head was signed, or before you stored this one, cannot be"
            + " detected.");
  }

  /** Adds the event of a line and returns its position, which must be greater than the last. */
  private static long add(String line, MerkleTree tree, long after) throws VerificationException {
    long number = tree.size() + 1;
    try {
      JsonNode shown = JSON.readTree(line);
      byte[] stored = bytes(shown, "stored");
      StoredEvent event = StoredEvent.parse(stored);
      if (event.position() <= after) {
        throw new VerificationException(
            "Line %d: position %d is out of order.".formatted(number, event.position()));
      }
      if (!shows(shown, event)) {
        throw new VerificationException(
            "Line %d: the properties of position %d differ from its stored bytes."
                .formatted(number, event.position()));
      }
      tree.add(MerkleTree.leafHash(stored));
      return event.position();
    } catch (JacksonException | IllegalArgumentException unreadable) {
      throw new VerificationException("Line " + number + " is not an event of an export.");
    }
  }

  private static boolean shows(JsonNode shown, StoredEvent event) {
    return shown.path("position").asLong(-1) == event.position()
        && Objects.equals(shown.path("eventId").asString(""), event.eventId())
        && Objects.equals(shown.path("aggregateId").asString(""), event.aggregateId())
        && shown.path("sequence").asLong(-1) == event.sequence()
        && Objects.equals(shown.path("aggregateType").asString(""), event.aggregateType());
  }

  private static TreeHead head(JsonNode json) throws VerificationException {
    try {
      return new TreeHead(
          json.path("size").asLong(-1),
          bytes(json, "root"),
          Instant.parse(json.path("signedAt").asString("")));
    } catch (RuntimeException noHead) {
      throw new VerificationException("The --head file holds no tree head.");
    }
  }

  private static PublicKey key(String keys, JsonNode head) throws VerificationException {
    String kid = head.path("kid").asString("");
    for (Jwk<?> key : Jwks.setParser().build().parse(keys).getKeys()) {
      if (kid.equals(key.getId()) && key.toKey() instanceof PublicKey publicKey) {
        return publicKey;
      }
    }
    throw new VerificationException(
        "The key " + kid + " that the head names is not among the keys.");
  }

  private static byte[] bytes(JsonNode json, String property) {
    return Base64.getDecoder().decode(json.path(property).asString(""));
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }
}
