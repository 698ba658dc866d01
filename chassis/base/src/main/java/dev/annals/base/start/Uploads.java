package dev.annals.base.start;

import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Recognizes uploads of files, whose bodies may be larger and take longer, by their request heads.
 */
public final class Uploads {

  /** The minimum rate of an upload. */
  public static final int MIN_BYTES_PER_SECOND = 64 * 1024;

  // Only paths that no server component decodes or normalizes to another one.
  private static final Pattern SIGNED = Pattern.compile("/files/uploads/[A-Za-z0-9_-]+/?");

  private final Pattern forms;

  /**
   * @param forms a regular expression of the paths that take a file in a form, beside the signed
   *     URLs of each program
   */
  public Uploads(String forms) {
    this.forms = Pattern.compile(forms);
  }

  /**
   * Returns whether a request uploads a file.
   *
   * @param path the raw path without the query
   * @param type the {@code Content-Type}
   */
  public boolean isUpload(String method, String path, @Nullable String type) {
    return switch (method) {
      case "PUT" -> SIGNED.matcher(path).matches();
      case "POST" ->
          forms.matcher(path).matches()
              && type != null
              && type.toLowerCase(Locale.ROOT).startsWith("multipart/");
      default -> false;
    };
  }
}
