package dev.annals.command.attachment;

import dev.annals.platform.problem.Refusal;
import dev.annals.platform.validation.Characters;

/** What a file is called, for people to read. It is never used as a path. */
public final class FileName {

  private static final int LONGEST = 255;

  private FileName() {}

  /**
   * The name without what leads to it and without control characters.
   *
   * @param pointer where the client sent it
   * @throws Refusal {@code validation} if nothing is left, or more than 255 code points are
   */
  public static String of(String sent, String pointer) {
    StringBuilder name = new StringBuilder();
    sent.substring(Math.max(sent.lastIndexOf('/'), sent.lastIndexOf('\\')) + 1)
        .codePoints()
        .filter(character -> !Character.isISOControl(character))
        .forEach(name::appendCodePoint);
    String kept = name.toString();
    boolean nothing = Characters.blank(kept) || kept.equals(".") || kept.equals("..");
    if (nothing || kept.codePointCount(0, kept.length()) > LONGEST || !Characters.storable(kept)) {
      throw Refusal.invalid(pointer, "must have a name of 1 to " + LONGEST + " characters");
    }
    return kept;
  }
}
