package dev.annals.command.mail;

import com.ibm.icu.text.IDNA;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * An address that mail can be sent to just as it is: the mailbox of RFC 5321, 4.1.2, in ASCII.
 *
 * @param localPart as it was written; letters of either case
 * @param domain as it was written, or as Punycode (UTS #46, not transitional) where that is beyond
 *     ASCII; of labels, never an address literal
 */
public record EmailAddress(String localPart, String domain) {

  /** The most characters of an address, in ASCII: what a path has but for its brackets. */
  public static final int MAX_LENGTH = 254;

  private static final int MAX_LOCAL_PART_LENGTH = 64;
  private static final String ATOM = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+";
  private static final Pattern DOT_STRING = Pattern.compile(ATOM + "(?:\\." + ATOM + ")*");
  private static final Pattern QUOTED_STRING = Pattern.compile("\"(?:[ !#-\\[\\]-~]|\\\\[ -~])+\"");
  private static final Pattern LABELS = Pattern.compile("[A-Za-z0-9_-]+(?:\\.[A-Za-z0-9_-]+)*");
  private static final IDNA NAMES =
      IDNA.getUTS46Instance(
          IDNA.CHECK_BIDI
              | IDNA.CHECK_CONTEXTJ
              | IDNA.NONTRANSITIONAL_TO_ASCII
              | IDNA.NONTRANSITIONAL_TO_UNICODE);

  /**
   * Whether a text is short enough for an address; written beyond ASCII it is never longer. Only
   * then is anything else done with it: to fold or to decode it can take quadratic time.
   */
  public static boolean fits(String text) {
    return text.codePointCount(0, text.length()) <= MAX_LENGTH;
  }

  /** Reads one; empty where no mail can be sent. */
  public static Optional<EmailAddress> parse(String text) {
    int at = text.lastIndexOf('@');
    if (at < 0 || !fits(text)) {
      return Optional.empty();
    }
    String localPart = text.substring(0, at);
    String domain = text.substring(at + 1);
    boolean local =
        localPart.length() <= MAX_LOCAL_PART_LENGTH
            && (DOT_STRING.matcher(localPart).matches()
                || QUOTED_STRING.matcher(localPart).matches());
    return local
        ? ascii(domain)
            .map(name -> new EmailAddress(localPart, isAscii(domain) ? domain : name))
            .filter(address -> address.toString().length() <= MAX_LENGTH)
        : Optional.empty();
  }

  private static Optional<String> ascii(String domain) {
    IDNA.Info info = new IDNA.Info();
    String name = NAMES.nameToASCII(domain, new StringBuilder(), info).toString();
    Set<IDNA.Error> errors = EnumSet.noneOf(IDNA.Error.class);
    errors.addAll(info.getErrors());
    if (!name.contains("xn--")) {
      // Names such as r3--sn are there, and mean nothing else.
      errors.remove(IDNA.Error.HYPHEN_3_4);
    }
    return errors.isEmpty() && LABELS.matcher(name).matches()
        ? Optional.of(name)
        : Optional.empty();
  }

  private static boolean isAscii(String text) {
    return text.chars().allMatch(character -> character < 0x80);
  }

  /**
   * Whether the part before the {@code @} needs no quotes: programs differ in how they read them.
   */
  public boolean isPlain() {
    return !localPart.startsWith("\"");
  }

  /**
   * One form for all the ways to write an address: in lower case, and with the domain as people
   * read it.
   */
  public String canonical() {
    StringBuilder name = NAMES.nameToUnicode(domain, new StringBuilder(), new IDNA.Info());
    return localPart.toLowerCase(Locale.ROOT) + "@" + name;
  }

  /** As mail servers take it. */
  @Override
  public String toString() {
    return localPart + "@" + domain;
  }
}
