package dev.annals.projection.list;

/**
 * Makes keys that sort by code point in MongoDB and in the embedded server. MongoDB compares UTF-8
 * bytes, which is the order of code points; the embedded server compares UTF-16 units, which puts
 * surrogates, and so everything from U+10000 up, before U+E000 to U+FFFF. Both agree on these keys.
 */
public final class CodePointOrder {

  /** Precedes each code point from U+E000 to U+FFFF. */
  private static final char BASIC = '\uF8FE';

  /** Precedes the two halves of each code point from U+10000 up; greater than BASIC. */
  private static final char SUPPLEMENTARY = '\uF8FF';

  /** The start of the range for the halves of ten bits, which has no surrogates. */
  private static final int HALF = 0x4000;

  private CodePointOrder() {}

  /**
   * Returns the text's key. Keys are equal only for equal texts; below U+E000 the key is the text.
   */
  public static String key(String text) {
    StringBuilder key = new StringBuilder(text.length());
    text.codePoints().forEach(codePoint -> append(key, codePoint));
    return key.toString();
  }

  private static void append(StringBuilder key, int codePoint) {
    if (Character.isSupplementaryCodePoint(codePoint)) {
      int bits = codePoint - Character.MIN_SUPPLEMENTARY_CODE_POINT;
      key.append(SUPPLEMENTARY)
          .append((char) (HALF + (bits >> 10)))
          .append((char) (HALF + (bits & 0x3FF)));
    } else {
      if (codePoint >= 0xE000) {
        key.append(BASIC);
      }
      key.append((char) codePoint);
    }
  }
}
