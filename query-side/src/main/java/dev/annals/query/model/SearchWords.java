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

  private SearchWords() {}

  /** The distinct words of all the texts, in the order in which they first occur. */
  public static List<String> of(String... texts) {
    Set<String> words = new LinkedHashSet<>();
    for (String text : texts) {
      collect(Normalizer.normalize(text, Normalizer.Form.NFKC).toLowerCase(Locale.ROOT), words);
    }
    return List.copyOf(words);
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
