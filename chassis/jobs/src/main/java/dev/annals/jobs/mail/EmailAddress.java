package dev.annals.jobs.mail;

import com.ibm.icu.text.IDNA;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * An e-mail address in ASCII that mail can be sent to unchanged: the mailbox of RFC 5321, 4.1.2.
 *
 * @param localPart as written, in upper and lower case
 * @param domain as written, or in Punycode (UTS #46, non-transitional) if that is not ASCII;
 *     labels, never an address literal
 */
public record EmailAddress(String localPart, String domain) {

  /** The maximum length of an address in ASCII: that of a path, without its brackets. */
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
   * Returns true if a text is short enough for an address, whose ASCII form is never shorter. Check
   * this before anything else: folding or decoding a text can take quadratic time.
   */
  public static boolean fits(String text) {
    return text.codePointCount(0, text.length()) <= MAX_LENGTH;
  }

  /** Parses an address. Empty if no mail can be sent to it. */
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
      // Names such as r3--sn exist without being Punycode.
      errors.remove(IDNA.Error.HYPHEN_3_4);
    }
    return errors.isEmpty() && LABELS.matcher(name).matches()
        ? Optional.of(name)
        : Optional.empty();
  }

  private static boolean isAscii(String text) {
    return text.chars().allMatch(character -> character < 0x80);
  }

  /** Returns true if the local part needs no quotes, which programs read differently. */
  public boolean isPlain() {
    return !localPart.startsWith("\"");
  }

  /** Returns one form for all spellings: in lower case, with the domain in Unicode. */
  public String canonical() {
    StringBuilder name = NAMES.nameToUnicode(domain, new StringBuilder(), new IDNA.Info());
    return localPart.toLowerCase(Locale.ROOT) + "@" + name;
  }

  /** Returns the address as mail servers accept it. */
  @Override
  public String toString() {
    return localPart + "@" + domain;
  }
}
