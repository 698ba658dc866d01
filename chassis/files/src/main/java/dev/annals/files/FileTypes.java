package dev.annals.files;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.annals.base.problem.Problem;
import dev.annals.base.problem.Refusal;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.tika.metadata.Metadata;
import org.apache.tika.metadata.TikaCoreProperties;
import org.apache.tika.mime.MediaType;
import org.apache.tika.mime.MediaTypeRegistry;
import org.apache.tika.mime.MimeTypes;
import org.jspecify.annotations.Nullable;
import org.springframework.util.function.SingletonSupplier;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Finds the type of a file: the client's claim, or else the type of the name's extension, if it is
 * allowed and neither the name nor the bytes contradict it. Tika's magic numbers identify binary
 * formats, names inside the file identify Office formats. Text has no magic number: it has no bytes
 * that text cannot have, and does not begin like a page, a script or another readable document.
 */
public final class FileTypes {

  private static final MediaType JSON = MediaType.application("json");
  private static final MediaType MARKDOWN = MediaType.text("markdown");
  private static final MediaType CSV = MediaType.text("csv");
  private static final MediaType EXCEL = MediaType.application("vnd.ms-excel");
  private static final MediaType COMPOUND = MediaType.application("x-tika-msoffice");
  private static final MediaType OPEN_XML = MediaType.application("x-tika-ooxml");
  private static final int HEAD = 1 << 16;
  private static final char BYTE_ORDER_MARK = '\uFEFF';

  /** The newer Office formats by the older types that clients may claim for them. */
  private static final Map<String, String> NEWER =
      Map.of(
          "application/msword",
          "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
          "application/vnd.ms-excel",
          "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
          "application/vnd.ms-powerpoint",
          "application/vnd.openxmlformats-officedocument.presentationml.presentation");

  /** Beginnings of readable formats that are not plain text: documents, pages and scripts. */
  private static final Pattern NO_TEXT =
      Pattern.compile(
          "#!\\h*/"
              + "|\\s*+(?:%PDF-\\d\\.\\d\\h*+\\v|%!PS-Adobe-|\\{\\\\rtf\\d|<\\?(?:xml|php)\\s"
              + "|<(?:!doctype|html|head|body|script|iframe|style|title|svg)[\\s/>])",
          Pattern.CASE_INSENSITIVE);

  /** Leading tags that browsers take for a page (MIME Sniffing, 7.1), and that Markdown allows. */
  private static final Pattern TAG =
      Pattern.compile(
          "\\s*+<(?:!--|(?:h1|div|font|table|a|b|br|p)[\\s/>])", Pattern.CASE_INSENSITIVE);

  /** Tika's types. The first file loads them. */
  private static final class Tika {
    static final MimeTypes TYPES = MimeTypes.getDefaultMimeTypes();
    static final MediaTypeRegistry REGISTRY = TYPES.getMediaTypeRegistry();
  }

  private final JsonFactory json = new JsonFactory();
  private final Supplier<Set<MediaType>> allowed;

  FileTypes(FileProperties properties) {
    List<MediaType> types =
        properties.types().stream().map(MediaType::parse).map(MediaType::getBaseType).toList();
    allowed =
        SingletonSupplier.of(
            () ->
                types.stream()
                    .map(Tika.REGISTRY::normalize)
                    .collect(Collectors.toUnmodifiableSet()));
  }

  /**
   * Finds the type that a file claims by its name and the client's media type.
   *
   * @param fileName as cleaned
   * @param claimed the client's media type; {@code application/octet-stream} counts as none
   * @return the registered name of the type, without parameters
   * @throws Refusal {@code unsupported-media-type} if the type is not allowed, or the name
   *     contradicts it
   */
  public String claimed(String fileName, @Nullable String claimed) {
    MediaType byName = byName(fileName);
    MediaType byClient = byClient(claimed);
    MediaType type = canMean(byClient, byName) ? byName : byClient;
    boolean agrees =
        byName.equals(MediaType.OCTET_STREAM)
            || byName.equals(type)
            || (isText(type) && isText(byName) && allowed.get().contains(byName));
    if (!allowed.get().contains(type) || !agrees) {
      throw refused();
    }
    return type.toString();
  }

  private MediaType byClient(@Nullable String claimed) {
    if (claimed == null || claimed.isBlank()) {
      return MediaType.OCTET_STREAM;
    }
    MediaType type = MediaType.parse(claimed.split(";", 2)[0].strip());
    if (type == null) {
      throw refused();
    }
    return canonical(type);
  }

  /** Uses the extension alone, since Tika would take some names for a URL or a path. */
  private MediaType byName(String fileName) {
    StringBuilder shown = new StringBuilder();
    fileName
        .codePoints()
        .filter(character -> Character.getType(character) != Character.FORMAT)
        .forEach(shown::appendCodePoint);
    int end = shown.length();
    // Some systems drop trailing dots and spaces.
    while (end > 0 && (shown.charAt(end - 1) == '.' || shown.charAt(end - 1) == ' ')) {
      end--;
    }
    int begin = shown.lastIndexOf(".", end - 1) + 1;
    if (begin == 0 || end == 0) {
      return MediaType.OCTET_STREAM;
    }
    int last = begin;
    while (last < end && isOfExtension(shown.charAt(last))) {
      last++;
    }
    return canonical(
        detect(new byte[0], "x." + shown.substring(begin, last).toLowerCase(Locale.ROOT)));
  }

  private static boolean isOfExtension(char character) {
    return (character >= '0' && character <= '9')
        || (character >= 'A' && character <= 'Z')
        || (character >= 'a' && character <= 'z')
        || character == '_'
        || character == '-'
        || character == '+';
  }

  /** Returns true if a client that claims the first type can mean the second. */
  private boolean canMean(MediaType byClient, MediaType byName) {
    return byClient.equals(MediaType.OCTET_STREAM)
        || (byClient.equals(EXCEL) && byName.equals(CSV))
        || (byClient.equals(MediaType.APPLICATION_ZIP)
            && Tika.REGISTRY.isSpecializationOf(byName, byClient))
        || byName.toString().equals(NEWER.get(byClient.toString()));
  }

  private MediaType canonical(MediaType type) {
    return Tika.REGISTRY.normalize(type.getBaseType());
  }

  /**
   * Checks the bytes of a file.
   *
   * @param type from {@link #claimed}
   * @throws Refusal {@code unsupported-media-type} if the bytes are of another type
   */
  public void check(String type, Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      MediaType claim = MediaType.parse(type);
      byte[] head = in.readNBytes(HEAD);
      boolean good =
          isText(claim) ? isTextOf(claim, head, file) : isBinaryOf(claim, detect(head, null), file);
      if (!good) {
        throw refused();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private boolean isBinaryOf(MediaType claim, MediaType bytes, Path file) throws IOException {
    if (bytes.equals(MediaType.OCTET_STREAM)) {
      return false;
    }
    if (bytes.equals(claim) || Tika.REGISTRY.isSpecializationOf(bytes, claim)) {
      return true;
    }
    if (bytes.equals(COMPOUND)) {
      return (Tika.REGISTRY.isSpecializationOf(claim, COMPOUND)
              || Tika.REGISTRY.isSpecializationOf(claim, OPEN_XML))
          && OfficeFile.compoundCanBe(claim.toString(), file);
    }
    return Tika.REGISTRY.isSpecializationOf(claim, bytes)
        && OfficeFile.zipCanBe(claim.toString(), file);
  }

  private boolean isTextOf(MediaType claim, byte[] head, Path file) throws IOException {
    Charset marked = charset(head);
    Charset charset = marked == null ? ISO_8859_1 : marked;
    String beginning = new String(head, charset);
    if (!beginning.isEmpty() && beginning.charAt(0) == BYTE_ORDER_MARK) {
      beginning = beginning.substring(1);
    }
    return isReadable(beginning)
        && !NO_TEXT.matcher(beginning).lookingAt()
        && (claim.equals(MARKDOWN) || !TAG.matcher(beginning).lookingAt())
        && hasNoNul(file, charset)
        && (!claim.equals(JSON) || isJson(file, marked == null ? UTF_8 : marked));
  }

  private boolean isText(MediaType type) {
    return type.equals(MediaType.TEXT_PLAIN)
        || Tika.REGISTRY.isSpecializationOf(type, MediaType.TEXT_PLAIN);
  }

  /**
   * Returns the charset of the byte order mark. Null without one: ASCII is then written as ASCII.
   */
  private static @Nullable Charset charset(byte[] head) {
    for (Charset charset : List.of(UTF_8, UTF_16LE, UTF_16BE)) {
      byte[] mark = String.valueOf(BYTE_ORDER_MARK).getBytes(charset);
      if (head.length >= mark.length && Arrays.equals(head, 0, mark.length, mark, 0, mark.length)) {
        return charset;
      }
    }
    return null;
  }

  /** Binary formats without NUL have more control characters than one in 50. */
  private static boolean isReadable(String beginning) {
    long controls =
        beginning
            .chars()
            .filter(it -> it < ' ' && "\b\t\n\u000B\f\r\u001A\u001B".indexOf(it) < 0)
            .count();
    return controls * 50 <= beginning.length();
  }

  private static boolean hasNoNul(Path file, Charset charset) throws IOException {
    char[] buffer = new char[1 << 13];
    try (Reader in = new InputStreamReader(Files.newInputStream(file), charset)) {
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

  private boolean isJson(Path file, Charset charset) throws IOException {
    try (Reader in =
        new BufferedReader(new InputStreamReader(Files.newInputStream(file), charset))) {
      in.mark(1);
      if (in.read() != BYTE_ORDER_MARK) {
        in.reset();
      }
      try (JsonParser parser = json.createParser(ObjectReadContext.empty(), in)) {
        int values = 0;
        int depth = 0;
        for (var token = parser.nextToken(); token != null; token = parser.nextToken()) {
          values += depth == 0 ? 1 : 0;
          depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
        }
        return values == 1;
      }
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
      return Tika.REGISTRY.normalize(Tika.TYPES.detect(new ByteArrayInputStream(head), metadata));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Refusal refused() {
    return new Refusal(
        Problem.UNSUPPORTED_MEDIA_TYPE,
        "The type is not allowed, or the file's name or bytes are of another type.");
  }
}
