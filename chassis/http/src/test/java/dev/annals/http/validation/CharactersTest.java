package dev.annals.http.validation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import org.junit.jupiter.api.Test;

/** Tests the rules of text with every code point. */
class CharactersTest {

  // Cc, Zl and Zp, from DerivedGeneralCategory.txt of Unicode 17.
  private static final BitSet BREAKS = set("0-1F 7F-9F 2028 2029");

  // Cf, from the same.
  private static final BitSet FORMAT =
      set(
          "AD 600-605 61C 6DD 70F 890-891 8E2 180E 200B-200F 202A-202E 2060-2064 2066-206F FEFF"
              + " FFF9-FFFB 110BD 110CD 13430-1343F 1BCA0-1BCA3 1D173-1D17A E0001 E0020-E007F");

  // Default_Ignorable_Code_Point, from DerivedCoreProperties.txt.
  private static final BitSet IGNORABLE =
      set(
          "AD 34F 61C 115F-1160 17B4-17B5 180B-180F 200B-200F 202A-202E 2060-206F 3164 FE00-FE0F"
              + " FEFF FFA0 FFF0-FFF8 1BCA0-1BCA3 1D173-1D17A E0000-E0FFF");

  // White_Space, from PropList.txt.
  private static final BitSet WHITE = set("9-D 20 85 A0 1680 2000-200A 2028 2029 202F 205F 3000");

  private static final BitSet SURROGATES = set("D800-DFFF");

  @Test
  void hasCharacterClassesOfTheSizesInUnicode() {
    assertThat(BREAKS.cardinality()).isEqualTo(67);
    assertThat(FORMAT.cardinality()).isEqualTo(170);
    assertThat(IGNORABLE.cardinality()).isEqualTo(4174);
    assertThat(WHITE.cardinality()).isEqualTo(25);
  }

  @Test
  void refusesControlCharactersAndLineBreaksInALine() {
    BitSet refused = new BitSet();
    for (int c = 0; c <= Character.MAX_CODE_POINT; c++) {
      if (refuses("a" + Character.toString(c) + "b", true)) {
        refused.set(c);
      }
    }
    assertThat(refused).isEqualTo(union(BREAKS, SURROGATES));
  }

  @Test
  void refusesALineWithoutAVisibleCharacter() {
    BitSet refused = new BitSet();
    for (int c = 0; c <= Character.MAX_CODE_POINT; c++) {
      if (refuses(" " + Character.toString(c) + "\u200B", true)) {
        refused.set(c);
      }
    }
    assertThat(refused).isEqualTo(union(BREAKS, SURROGATES, FORMAT, IGNORABLE, WHITE, set("2800")));
  }

  @Test
  void acceptsAllStorableCharactersInText() {
    BitSet refused = new BitSet();
    for (int c = 0; c <= Character.MAX_CODE_POINT; c++) {
      if (refuses(Character.toString(c), false)) {
        refused.set(c);
      }
    }
    assertThat(refused).isEqualTo(union(SURROGATES, set("0")));
  }

  private static boolean refuses(String text, boolean line) {
    return Characters.violation(text, 1, 9, line).isPresent();
  }

  private static BitSet union(BitSet... sets) {
    BitSet all = new BitSet();
    for (BitSet set : sets) {
      all.or(set);
    }
    return all;
  }

  private static BitSet set(String ranges) {
    BitSet set = new BitSet();
    for (String range : ranges.split(" ", -1)) {
      String[] ends = range.split("-", -1);
      set.set(Integer.parseInt(ends[0], 16), Integer.parseInt(ends[ends.length - 1], 16) + 1);
    }
    return set;
  }
}
