package dev.annals.projection.list;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import com.ibm.icu.lang.UCharacter;
import dev.annals.servers.LinearGrowth;
import java.text.Normalizer;
import java.text.Normalizer.Form;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SearchWordsTest {

  /** Texts that fold, compose, order, expand or cut in special ways; each is repeated. */
  static Stream<String> hostile() {
    return Stream.of(
        "Σ",
        "ΑΣ",
        "İ",
        "ß",
        "a ",
        "\u0315\u0316",
        "a\u0301\u0316",
        "\u0345\u0334",
        "\u0301\u0316".repeat(15) + "\uFF9E",
        "\uFF76\uFF9E",
        "\u0344",
        "\u1100\u1161",
        "\u1161\u11A8",
        "가",
        "\uFDFA",
        "\uFB03",
        "\u0CC6\u0CC2",
        "\u09BE",
        "\u3099",
        "\uD834\uDD6E\uD834\uDD65",
        "😀",
        "\u200D",
        "\uD83C\uDDE6",
        "\uFE0F",
        "\\",
        "\"",
        "{");
  }

  @ParameterizedTest
  @MethodSource("hostile")
  void takesLinearTime(String hostile) {
    LinearGrowth.ofCurrentThread()
        .assertLinear(
            20_000,
            length -> {
              String text = hostile.repeat(length / hostile.length());
              return () -> SearchWords.of(text);
            });
  }

  @Test
  void keepsMarksWithTheirWordAndCutsLongRunsOfMarks() {
    assertThat(SearchWords.of("ab" + "\u0315\u0316".repeat(49_999) + "cd"))
        .containsExactly("ab" + "\u0316".repeat(15) + "\u0315".repeat(15) + "cd");
    assertThat(SearchWords.of("x\u0302y \u0302 -\u0302z हिन्दी 1\uFE0F\u20E3"))
        .containsExactly("x\u0302y", "z", "हिन्दी", "1\uFE0F\u20E3");
  }

  @Test
  void findsTheSameWordsWhereverASliceEnds() {
    List<String> numbers = IntStream.range(0, 1_500).mapToObj(i -> "wörd" + i).toList();
    for (int start = 0; start < 20; start++) {
      String text = "-".repeat(start) + String.join(" ", numbers);

      assertThat(SearchWords.of(text)).isEqualTo(numbers);
    }
  }

  @Test
  void searchesABoundedPartOfTextsThatGrowWhenFolded() {
    String growing = "\uFDFA".repeat(100_000);

    assertThat(SearchWords.of(growing, "not searched")).doesNotContain("searched");
    assertThat(SearchWords.of("Σ".repeat(100_000), "searched")).contains("searched");
  }

  @Test
  void foldsCaseFullyInEveryPosition() {
    assertThat(SearchWords.of("ΝΟΣ ΝΟΣΟΚΟΜΕΙΟ νος ΝΌΣ"))
        .containsExactly("νοσ", "νοσοκομειο", "νόσ");
    assertThat(SearchWords.of("STRASSE straße STRAẞE")).containsExactly("strasse");
    assertThat(SearchWords.of("İstanbul ŉ ᾳ ǰ J\u030C"))
        .containsExactly("i\u0307stanbul", "ʼn", "αι", "ǰ");
  }

  @Test
  void doesNotChangeAFoldedWord() {
    for (int character = 1; character <= Character.MAX_CODE_POINT; character++) {
      if (UCharacter.isLetterOrDigit(character)) {
        String text = Character.toString(character);
        List<String> words = SearchWords.of(text);
        assertThat(SearchWords.of(String.join(" ", words))).as(text).isEqualTo(words);
        assertThat(SearchWords.of(Normalizer.normalize(text, Form.NFD))).as(text).isEqualTo(words);
      }
    }
  }

  @Test
  void returnsTheFirst2000DifferentWords() {
    String title = "first first second";
    String content =
        IntStream.range(0, 3_000)
            .mapToObj(i -> "word" + i)
            .collect(joining(" first ", "third ", " last"));

    assertThat(SearchWords.of(title, content))
        .hasSize(2_000)
        .startsWith("first", "second", "third", "word0")
        .endsWith("word1996");
  }

  @Test
  void splitsAtEverythingButLettersAndDigits() {
    assertThat(SearchWords.of("Don't-stop_me 2day, C3PO!"))
        .containsExactly("don", "t", "stop", "me", "2day", "c3po");
  }

  @Test
  void ignoresCompatibilityFormsAndCase() {
    assertThat(SearchWords.of("ＦＵＬＬ ﬁne Straße ÅNGSTRÖM A\u030Angstro\u0308m ①"))
        .containsExactly("full", "fine", "strasse", "ångström", "1");
  }

  @Test
  void findsLettersBeyondTheBasicPlane() {
    assertThat(SearchWords.of("a😀b 𐐀𠀀 x")).containsExactly("a", "b", "𐐨𠀀", "x");
  }

  @Test
  void returnsAWordOfSeveralTextsOnce() {
    assertThat(SearchWords.of("milk Bread", "bread, milk; eggs"))
        .containsExactly("milk", "bread", "eggs");
  }

  @Test
  void findsNoWordsInTextWithoutLettersAndDigits() {
    assertThat(SearchWords.of("", " .*^$ ", "😀")).isEmpty();
  }
}
