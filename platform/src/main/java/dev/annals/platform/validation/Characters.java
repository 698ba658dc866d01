package dev.annals.platform.validation;

import java.util.Optional;

/** The rules that text has to keep, counted in Unicode code points. */
public final class Characters {

  // White space to Unicode (White_Space), but neither to Java's one nor to its other definition.
  private static final int NEXT_LINE = 0x85;

  private Characters() {}

  /** Whether the text has neither NUL nor an unpaired surrogate. */
  public static boolean storable(String text) {
    return text.codePoints()
        .noneMatch(
            character ->
                character == 0
                    || (character >= Character.MIN_SURROGATE
                        && character <= Character.MAX_SURROGATE));
  }

  /** Whether the text is empty or has nothing but white space, no-break spaces included. */
  public static boolean blank(String text) {
    return text.codePoints()
        .allMatch(
            character ->
                Character.isWhitespace(character)
                    || Character.isSpaceChar(character)
                    || character == NEXT_LINE);
  }

  /** What is wrong with the text, if anything is. */
  static Optional<String> objection(String text, int min, int max, boolean mayBeBlank) {
    int length = text.codePointCount(0, text.length());
    if (length < min || length > max) {
      return Optional.of(
          min == 0
              ? "must have at most " + max + " characters"
              : "must have " + min + " to " + max + " characters");
    }
    if (!mayBeBlank && blank(text)) {
      return Optional.of("must not be blank");
    }
    return storable(text)
        ? Optional.empty()
        : Optional.of("must have neither NUL nor unpaired surrogates");
  }
}
