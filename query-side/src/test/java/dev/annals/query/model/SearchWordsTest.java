package dev.annals.query.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class SearchWordsTest {

  @Test
  @Timeout(5)
  void takesNoLongTimeForALongRunOfMarks() {
    String text = "ab" + "\u0315\u0316".repeat(49_999) + "cd";

    assertThat(SearchWords.of(text)).containsExactly("ab", "cd");
  }

  @Test
  void wordsAreRunsOfLettersAndDigits() {
    assertThat(SearchWords.of("Don't-stop_me 2day, C3PO!"))
        .containsExactly("don", "t", "stop", "me", "2day", "c3po");
  }

  @Test
  void compatibilityFormsAndCaseMakeNoDifference() {
    assertThat(SearchWords.of("ＦＵＬＬ ﬁne Straße ÅNGSTRÖM A\u030Angstro\u0308m ①"))
        .containsExactly("full", "fine", "straße", "ångström", "1");
  }

  @Test
  void lettersBeyondTheBasicPlaneCount() {
    assertThat(SearchWords.of("a😀b 𐐀𠀀 x")).containsExactly("a", "b", "𐐨𠀀", "x");
  }

  @Test
  void aWordIsNamedOnceHoweverManyTextsHaveIt() {
    assertThat(SearchWords.of("milk Bread", "bread, milk; eggs"))
        .containsExactly("milk", "bread", "eggs");
  }

  @Test
  void textWithoutLettersHasNoWords() {
    assertThat(SearchWords.of("", " .*^$ ", "😀")).isEmpty();
  }
}
