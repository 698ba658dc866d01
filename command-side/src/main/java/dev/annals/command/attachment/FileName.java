package dev.annals.command.attachment;

import dev.annals.platform.problem.Refusal;
import dev.annals.platform.validation.Characters;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** What a file is called, for people to read. It is never used as a path. */
public final class FileName {

  private static final int MAX_LENGTH = 255;

  private FileName() {}

  /**
   * The name without what leads to it and without control characters.
   *
   * @param pointer where the client sent it
   * @throws Refusal {@code validation} if nothing is left, or more than 255 code points are
   */
  public static String of(String sent, String pointer) {
    String kept = kept(sent);
    boolean nothing = Characters.blank(kept) || kept.equals(".") || kept.equals("..");
    if (nothing
        || kept.codePointCount(0, kept.length()) > MAX_LENGTH
        || !Characters.storable(kept)) {
      throw Refusal.invalid(pointer, "must have a name of 1 to " + MAX_LENGTH + " characters");
    }
    return kept;
  }

  /** The name as it is kept if it is not refused. */
  static String kept(String sent) {
    StringBuilder name = new StringBuilder();
    sent.substring(Math.max(sent.lastIndexOf('/'), sent.lastIndexOf('\\')) + 1)
        .codePoints()
        .filter(character -> !Character.isISOControl(character))
        .forEach(name::appendCodePoint);
    return name.toString();
  }

  /**
   * {@code Content-Disposition} (RFC 6266): the name in ASCII for old clients, and as it is for all
   * others.
   */
  public static String disposition(String fileName) {
    String ascii = fileName.replaceAll("[^ -~]|[\"\\\\%]", "_");
    String plain = "attachment; filename=\"" + ascii + "\"";
    return ascii.equals(fileName) ? plain : plain + "; filename*=UTF-8''" + encoded(fileName);
  }

  // RFC 8187, 3.2.1.
  private static String encoded(String fileName) {
    StringBuilder encoded = new StringBuilder();
    for (byte octet : fileName.getBytes(StandardCharsets.UTF_8)) {
      boolean plain =
          (octet >= '0' && octet <= '9')
              || (octet >= 'A' && octet <= 'Z')
              || (octet >= 'a' && octet <= 'z')
              || "!#$&+-.^_`|~".indexOf(octet) >= 0;
      if (plain) {
        encoded.append((char) octet);
      } else {
        encoded.append('%').append(HexFormat.of().withUpperCase().toHexDigits(octet));
      }
    }
    return encoded.toString();
  }
}
