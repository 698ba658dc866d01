package dev.annals.command.attachment;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.annals.platform.problem.Problem;
import dev.annals.platform.problem.Refusal;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.tika.metadata.Metadata;
import org.apache.tika.metadata.TikaCoreProperties;
import org.apache.tika.mime.MediaType;
import org.apache.tika.mime.MediaTypeRegistry;
import org.apache.tika.mime.MimeTypes;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Which type a file has: what the client says, or else its name, if that is allowed and neither the
 * name nor the bytes say otherwise. The bytes count as Tika's magic numbers read them. Text has
 * none: it is whatever looks like text and not like a page, a script or a document of XML.
 */
@Component
public final class FileTypes {

  private static final MediaType JSON = MediaType.application("json");
  private static final MediaType MARKDOWN = MediaType.text("markdown");
  private static final MediaType MAIL = MediaType.parse("message/rfc822");
  private static final int HEAD = 1 << 16;

  private final MimeTypes tika = MimeTypes.getDefaultMimeTypes();
  private final MediaTypeRegistry registry = tika.getMediaTypeRegistry();
  private final JsonFactory json = new JsonFactory();
  private final Set<MediaType> allowed;

  FileTypes(AttachmentProperties properties) {
    allowed =
        properties.types().stream()
            .map(type -> registry.normalize(MediaType.parse(type)))
            .collect(Collectors.toUnmodifiableSet());
  }

  /**
   * What a file claims to be, by its name and the client.
   *
   * @param claimed the client's media type; {@code application/octet-stream} says nothing
   * @throws Refusal {@code unsupported-media-type} if it is not allowed, or the name says otherwise
   */
  public String claimed(String fileName, @Nullable String claimed) {
    MediaType byName = detect(new byte[0], fileName);
    MediaType byClient = claimed == null ? MediaType.OCTET_STREAM : MediaType.parse(claimed);
    // What stands before its parameters need not be a type where the whole is.
    if (byClient == null || byClient.getBaseType() == null) {
      throw refused();
    }
    MediaType type = registry.normalize(byClient.getBaseType());
    if (type.equals(MediaType.OCTET_STREAM)) {
      type = byName;
    }
    boolean agrees =
        byName.equals(MediaType.OCTET_STREAM)
            || byName.equals(type)
            || (isText(type) && isText(byName) && allowed.contains(byName));
    if (!allowed.contains(type) || !agrees) {
      throw refused();
    }
    return type.toString();
  }

  /**
   * Looks at the bytes.
   *
   * @param type as {@link #claimed} gave it
   * @throws Refusal {@code unsupported-media-type} if they are something else
   */
  public void check(String type, Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      MediaType claim = MediaType.parse(type);
      byte[] head = in.readNBytes(HEAD);
      boolean good =
          isText(claim) ? isTextOf(claim, head, file) : isBinaryOf(claim, detect(head, null));
      if (!good) {
        throw refused();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  // The formats of Office are ZIP and OLE containers, which the bytes alone say no more of.
  private boolean isBinaryOf(MediaType claim, MediaType bytes) {
    return !bytes.equals(MediaType.OCTET_STREAM)
        && (bytes.equals(claim)
            || registry.isSpecializationOf(claim, bytes)
            || (claim.equals(MediaType.APPLICATION_ZIP)
                && registry.isSpecializationOf(bytes, claim)));
  }

  private boolean isTextOf(MediaType claim, byte[] head, Path file) throws IOException {
    boolean utf16 = isUtf16(head);
    byte[] readable = utf16 ? new String(head, UTF_16).getBytes(UTF_8) : head;
    MediaType bytes = detect(readable, null);
    boolean plain =
        bytes.equals(MediaType.TEXT_PLAIN)
            || bytes.equals(claim)
            // Notes may begin with "From:".
            || bytes.equals(MAIL)
            // Markdown may begin with a tag.
            || (claim.equals(MARKDOWN) && bytes.equals(MediaType.TEXT_HTML));
    return plain && hasNoNul(file, utf16) && (!claim.equals(JSON) || isJson(file));
  }

  private boolean isText(MediaType type) {
    return type.equals(MediaType.TEXT_PLAIN)
        || registry.isSpecializationOf(type, MediaType.TEXT_PLAIN);
  }

  // By its mark. Without one, a NUL says that it is no text.
  private static boolean isUtf16(byte[] head) {
    return head.length >= 2
        && ((head[0] == (byte) 0xFE && head[1] == (byte) 0xFF)
            || (head[0] == (byte) 0xFF && head[1] == (byte) 0xFE));
  }

  private static boolean hasNoNul(Path file, boolean utf16) throws IOException {
    char[] buffer = new char[1 << 13];
    try (Reader in =
        new InputStreamReader(Files.newInputStream(file), utf16 ? UTF_16 : ISO_8859_1)) {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        for (int i = 0; i < read; i++) {
          if (buffer[i] == 0) {
            return false;
          }
        }
      }
    }
    return true;
  }

  private boolean isJson(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file);
        JsonParser parser =
            json.createParser(ObjectReadContext.empty(), new InputStreamReader(in, UTF_8))) {
      int values = 0;
      int depth = 0;
      for (var token = parser.nextToken(); token != null; token = parser.nextToken()) {
        values += depth == 0 ? 1 : 0;
        depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
      }
      return values == 1;
    } catch (JacksonException malformed) {
      return false;
    }
  }

  private MediaType detect(byte[] head, @Nullable String name) {
    Metadata metadata = new Metadata();
    if (name != null) {
      metadata.set(TikaCoreProperties.RESOURCE_NAME_KEY, name);
    }
    try {
      return registry.normalize(tika.detect(new ByteArrayInputStream(head), metadata));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Refusal refused() {
    return new Refusal(
        Problem.UNSUPPORTED_MEDIA_TYPE,
        "The file is of a type that cannot be attached, or not what its name and type claim.");
  }
}
