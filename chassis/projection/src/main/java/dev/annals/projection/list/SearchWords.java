package dev.annals.projection.list;

import com.ibm.icu.lang.UCharacter;
import com.ibm.icu.lang.UCharacterCategory;
import com.ibm.icu.text.Normalizer2;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Splits texts into the words that are stored and searched. A word is letters and digits, each with
 * the marks that belong to it, in the form NFKC after full case folding. ICU does all of it:
 * processes on different Java runtimes store the same words, and case does not depend on a letter's
 * place. Takes time linear in the texts' length.
 */
public final class SearchWords {

  /** The number of different words of a resource that can be searched. */
  static final int MAX_WORDS = 2_000;

  /** The most characters that are searched, after folding: some take the place of 18. */
  private static final int MAX_FOLDED = 400_000;

  /** A slice ends at the first separator after so many characters, and at twice as many. */
  private static final int SLICE = 4_096;

  private static final int MAX_RUN = 30;
  private static final Normalizer2 NFKC = Normalizer2.getNFKCInstance();
  private static final int MARKS =
      1 << UCharacterCategory.NON_SPACING_MARK
          | 1 << UCharacterCategory.COMBINING_SPACING_MARK
          | 1 << UCharacterCategory.ENCLOSING_MARK;

  private SearchWords() {}

  /**
   * Returns the first 2 000 different words of the texts, in order of first occurrence. A word of
   * more than 4 096 characters may be cut in two.
   */
  public static List<String> of(String... texts) {
    Set<String> words = new LinkedHashSet<>();
    int folded = 0;
    for (String each : texts) {
      String text = withoutLongRuns(each);
      int start = 0;
      while (start < text.length() && words.size() < MAX_WORDS && folded < MAX_FOLDED) {
        int end = endOfSlice(text, start);
        String slice = folded(text.substring(start, end));
        start = end;
        folded += slice.length();
        words.addAll(wordsOf(slice));
      }
    }
    return words.stream().limit(MAX_WORDS).toList();
  }

  /** Returns every word of the text, in order, with repetitions. */
  static List<String> in(String text) {
    return wordsOf(folded(withoutLongRuns(text)));
  }

  private static int endOfSlice(String text, int start) {
    int hardEnd = Math.min(text.length(), start + 2 * SLICE);
    for (int i = start + SLICE; i < hardEnd; i++) {
      // Nothing combines with these.
      if (UCharacter.isWhitespace(text.charAt(i))) {
        return i;
      }
    }
    boolean inPair = hardEnd < text.length() && Character.isLowSurrogate(text.charAt(hardEnd));
    return inPair ? hardEnd - 1 : hardEnd;
  }

  private static List<String> wordsOf(String folded) {
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

  // Folded characters can compose with their neighbours.
  private static String folded(String text) {
    String composed = NFKC.normalize(text);
    return NFKC.normalize(UCharacter.foldCase(composed, true));
  }

  /**
   * Drops the characters beyond 30 in a row that can change places or combine with those before
   * them. Ordering such a run takes time quadratic in its length; the stream-safe text format (UAX
   * #15) has the same limit.
   */
  private static String withoutLongRuns(String text) {
    StringBuilder bounded = new StringBuilder(text.length());
    int run = 0;
    for (int i = 0; i < text.length(); ) {
      int codePoint = text.codePointAt(i);
      run = NFKC.hasBoundaryBefore(codePoint) ? 0 : run + 1;
      if (run <= MAX_RUN) {
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
