package dev.annals.files;

import dev.annals.base.problem.Refusal;
import dev.annals.http.validation.Characters;
import java.nio.charset.StandardCharsets;
import org.springframework.http.ContentDisposition;
import org.springframework.web.util.UriUtils;

/** Cleans and formats file names, which are shown to users and never used as paths. */
public final class FileName {

  private static final int MAX_LENGTH = 255;

  private FileName() {}

  /**
   * Returns the last segment of a path, without control characters.
   *
   * @param pointer the JSON pointer of the name in the request
   * @throws Refusal {@code validation} if nothing is left, or the name is longer than 255 code
   *     points
   */
  public static String of(String sent, String pointer) {
    String cleaned = clean(sent);
    boolean empty = Characters.isBlank(cleaned) || cleaned.equals(".") || cleaned.equals("..");
    if (empty
        || cleaned.codePointCount(0, cleaned.length()) > MAX_LENGTH
        || !Characters.isStorable(cleaned)) {
      throw Refusal.invalid(pointer, "must have a name of 1 to " + MAX_LENGTH + " characters");
    }
    return cleaned;
  }

  /** Cleans a name without validating it. */
  static String clean(String sent) {
    StringBuilder name = new StringBuilder();
    sent.substring(Math.max(sent.lastIndexOf('/'), sent.lastIndexOf('\\')) + 1)
        .codePoints()
        .filter(character -> !Character.isISOControl(character))
        .forEach(name::appendCodePoint);
    return name.toString();
  }

  /** Returns a {@code Content-Disposition} (RFC 6266) in ASCII, and if needed in UTF-8, too. */
  public static String disposition(String fileName) {
    String ascii = fileName.replaceAll("[^ -~]|[\"\\\\%]", "_");
    String plain = ContentDisposition.attachment().filename(ascii).build().toString();
    return ascii.equals(fileName)
        ? plain
        : plain + "; filename*=UTF-8''" + UriUtils.encode(fileName, StandardCharsets.UTF_8);
  }
}
