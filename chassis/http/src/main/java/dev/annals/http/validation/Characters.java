package dev.annals.http.validation;

import com.ibm.icu.lang.UCharacter;
import com.ibm.icu.lang.UCharacterCategory;
import com.ibm.icu.lang.UProperty;
import java.util.Optional;

/** Rules for text. Lengths are Unicode code points. */
public final class Characters {

  // White space in Unicode (White_Space), but by neither of Java's two definitions.
  private static final int NEXT_LINE = 0x85;
  // A symbol by its properties, but blank.
  private static final int BRAILLE_PATTERN_BLANK = 0x2800;

  private Characters() {}

  /** Returns whether the text has neither NUL nor an unpaired surrogate. */
  public static boolean isStorable(String text) {
    return text.codePoints()
        .noneMatch(
            character ->
                character == 0
                    || (character >= Character.MIN_SURROGATE
                        && character <= Character.MAX_SURROGATE));
  }

  /** Returns whether the text is empty or only white space, no-break spaces included. */
  public static boolean isBlank(String text) {
    return text.codePoints()
        .allMatch(
            character ->
                Character.isWhitespace(character)
                    || Character.isSpaceChar(character)
                    || character == NEXT_LINE);
  }

  /** Returns the first rule that the text breaks, empty if it is valid. */
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

  /** Returns whether the general category is Cc, Zl or Zp. */
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
