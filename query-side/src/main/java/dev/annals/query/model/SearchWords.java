package dev.annals.query.model;

import java.text.Normalizer;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The words of texts, as they are stored and searched for: compatibility-normalized (NFKC), lower
 * case, and cut into runs of letters and digits.
 */
public final class SearchWords {

  private static final int LONGEST_RUN = 30;

  private SearchWords() {}

  /** The distinct words of all the texts, in the order in which they first occur. */
  public static List<String> of(String... texts) {
    Set<String> words = new LinkedHashSet<>();
    for (String text : texts) {
      String bounded = withoutLongRunsOfMarks(text);
      collect(Normalizer.normalize(bounded, Normalizer.Form.NFKC).toLowerCase(Locale.ROOT), words);
    }
    return List.copyOf(words);
  }

  /**
   * Ordering a run of combining marks takes time quadratic in its length, so a run is cut as in the
   * stream-safe text format (UAX #15). Marks are in no word.
   */
  private static String withoutLongRunsOfMarks(String text) {
    StringBuilder bounded = new StringBuilder(text.length());
    int run = 0;
    for (int i = 0; i < text.length(); ) {
      int codePoint = text.codePointAt(i);
      run = isMark(codePoint) ? run + 1 : 0;
      if (run <= LONGEST_RUN) {
        bounded.appendCodePoint(codePoint);
      }
      i += Character.charCount(codePoint);
    }
    return bounded.toString();
  }

  private static boolean isMark(int codePoint) {
    int type = Character.getType(codePoint);
    return type == Character.NON_SPACING_MARK
        || type == Character.COMBINING_SPACING_MARK
        || type == Character.ENCLOSING_MARK;
  }

  private static void collect(String text, Set<String> words) {
    int start = -1;
    for (int i = 0; i < text.length(); ) {
      int codePoint = text.codePointAt(i);
      if (Character.isLetterOrDigit(codePoint)) {
        start = start < 0 ? i : start;
      } else if (start >= 0) {
        words.add(text.substring(start, i));
        start = -1;
      }
      i += Character.charCount(codePoint);
    }
    if (start >= 0) {
      words.add(text.substring(start));
    }
  }
}
