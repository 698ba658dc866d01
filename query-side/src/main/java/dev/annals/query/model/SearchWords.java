package dev.annals.query.model;

import com.ibm.icu.lang.UCharacter;
import com.ibm.icu.lang.UCharacterCategory;
import com.ibm.icu.text.Normalizer2;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Cuts texts into the words that are stored and searched for. A word is letters and digits, each
 * with the marks that belong to it, in the form NFKC after full case folding. ICU does all of it:
 * processes on different Java runtimes store the same words, and case does not depend on where a
 * letter stands. Takes time linear in the texts' length.
 */
public final class SearchWords {

  /** The most different words of a resource that can be searched. */
  static final int MOST = 2_000;

  private static final int LONGEST_RUN = 30;
  private static final Normalizer2 NFKC = Normalizer2.getNFKCInstance();
  private static final int MARKS =
      1 << UCharacterCategory.NON_SPACING_MARK
          | 1 << UCharacterCategory.COMBINING_SPACING_MARK
          | 1 << UCharacterCategory.ENCLOSING_MARK;

  private SearchWords() {}

  /**
   * Returns the different words of all the texts, in the order in which they first occur; the first
   * 2 000 of them.
   */
  public static List<String> of(String... texts) {
    return Stream.of(texts).flatMap(text -> in(text).stream()).distinct().limit(MOST).toList();
  }

  /** Returns each word of the text as often as it occurs, in order. */
  static List<String> in(String text) {
    String folded = folded(text);
    List<String> words = new ArrayList<>();
    int start = -1;
    for (int i = 0; i < folded.length(); ) {
      int codePoint = folded.codePointAt(i);
      if (UCharacter.isLetterOrDigit(codePoint)) {
        start = start < 0 ? i : start;
      } else if (start >= 0 && !isMark(codePoint)) {
        words.add(folded.substring(start, i));
        start = -1;
      }
      i += Character.charCount(codePoint);
    }
    if (start >= 0) {
      words.add(folded.substring(start));
    }
    return words;
  }

  // Folded characters can compose with those beside them.
  private static String folded(String text) {
    String composed = NFKC.normalize(withoutLongRuns(text));
    return NFKC.normalize(UCharacter.foldCase(composed, true));
  }

  /**
   * Drops what exceeds 30 characters in a row that can change places or combine with those before
   * them. To order such a run takes time quadratic in its length; the stream-safe text format (UAX
   * #15) has the same limit.
   */
  private static String withoutLongRuns(String text) {
    StringBuilder bounded = new StringBuilder(text.length());
    int run = 0;
    for (int i = 0; i < text.length(); ) {
      int codePoint = text.codePointAt(i);
      run = NFKC.hasBoundaryBefore(codePoint) ? 0 : run + 1;
      if (run <= LONGEST_RUN) {
        bounded.appendCodePoint(codePoint);
      }
      i += Character.charCount(codePoint);
    }
    return bounded.toString();
  }

  private static boolean isMark(int codePoint) {
    return (1 << UCharacter.getType(codePoint) & MARKS) != 0;
  }
}
