package dev.annals.platform.validation;

import com.ibm.icu.lang.UCharacter;
import com.ibm.icu.lang.UCharacterCategory;
import com.ibm.icu.lang.UProperty;
import java.util.Optional;

/** The rules that text has to keep, counted in Unicode code points. */
public final class Characters {

  // White space to Unicode (White_Space), but neither to Java's one nor to its other definition.
  private static final int NEXT_LINE = 0x85;
  // A symbol by its properties, drawn as nothing.
  private static final int BRAILLE_PATTERN_BLANK = 0x2800;

  private Characters() {}

  /** Whether the text has neither NUL nor an unpaired surrogate. */
  public static boolean isStorable(String text) {
    return text.codePoints()
        .noneMatch(
            character ->
                character == 0
                    || (character >= Character.MIN_SURROGATE
                        && character <= Character.MAX_SURROGATE));
  }

  /** Whether the text is empty or has nothing but white space, no-break spaces included. */
  public static boolean isBlank(String text) {
    return text.codePoints()
        .allMatch(
            character ->
                Character.isWhitespace(character)
                    || Character.isSpaceChar(character)
                    || character == NEXT_LINE);
  }

  /** What is wrong with the text, if anything is. */
  static Optional<String> violation(String text, int min, int max, boolean line) {
    int length = text.codePointCount(0, text.length());
    if (length < min || length > max) {
      return Optional.of(
          min == 0
              ? "must have at most " + max + " characters"
              : "must have " + min + " to " + max + " characters");
    }
    if (!isStorable(text)) {
      return Optional.of("must have neither NUL nor unpaired surrogates");
    }
    if (line && text.codePoints().anyMatch(Characters::breaksLines)) {
      return Optional.of("must have no control characters or line breaks");
    }
    return line && text.codePoints().noneMatch(Characters::isVisible)
        ? Optional.of("must have a character that can be seen")
        : Optional.empty();
  }

  /** Whether it is of the general category Cc, Zl or Zp. */
  private static boolean breaksLines(int character) {
    int category = UCharacter.getType(character);
    return category == UCharacterCategory.CONTROL
        || category == UCharacterCategory.LINE_SEPARATOR
        || category == UCharacterCategory.PARAGRAPH_SEPARATOR;
  }

  private static boolean isVisible(int character) {
    return !UCharacter.hasBinaryProperty(character, UProperty.WHITE_SPACE)
        && !UCharacter.hasBinaryProperty(character, UProperty.DEFAULT_IGNORABLE_CODE_POINT)
        && UCharacter.getType(character) != UCharacterCategory.FORMAT
        && character != BRAILLE_PATTERN_BLANK;
  }
}
