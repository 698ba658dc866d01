package dev.annals.platform.start;

import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Tells uploads of files, whose bodies may be larger and take longer, by the heads of requests. */
public final class Uploads {

  /** The least that an upload has to bring in a second. */
  public static final int BYTES_PER_SECOND = 64 * 1024;

  // Only paths that no part of a server decodes or shortens to another one.
  private static final Pattern SIGNED = Pattern.compile("/files/uploads/[A-Za-z0-9_-]+/?");
  private static final Pattern FORM = Pattern.compile("/tasks/[A-Za-z0-9_-]+/attachments/?");

  private Uploads() {}

  /**
   * Returns whether a request uploads a file.
   *
   * @param path the path as it was sent, without the query
   * @param type the {@code Content-Type}
   */
  public static boolean isUpload(String method, String path, @Nullable String type) {
    return switch (method) {
      case "PUT" -> SIGNED.matcher(path).matches();
      case "POST" ->
          FORM.matcher(path).matches()
              && type != null
              && type.toLowerCase(Locale.ROOT).startsWith("multipart/");
      default -> false;
    };
  }
}
