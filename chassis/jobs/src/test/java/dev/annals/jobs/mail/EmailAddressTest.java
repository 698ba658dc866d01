package dev.annals.jobs.mail;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EmailAddressTest {

  private static final String LETTERS_AND_DIGITS =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  private static final String LONG_LABEL = "a".repeat(63);
  // 254 characters with a local part of one letter.
  private static final String LONG_DOMAIN =
      LONG_LABEL + "." + LONG_LABEL + "." + LONG_LABEL + "." + "a".repeat(60);

  @ParameterizedTest
  @CsvSource({
    "ada@example.org, ada@example.org, ada@example.org",
    "Ada.B+c@Example.ORG, Ada.B+c@Example.ORG, ada.b+c@example.org",
    "ada@localhost, ada@localhost, ada@localhost",
    "other!ada%example.com@example.org, other!ada%example.com@example.org, other!ada%example.com@example.org",
    "ada@a_b.r3---c.example, ada@a_b.r3---c.example, ada@a_b.r3---c.example",
    "ada@127.0.0.1, ada@127.0.0.1, ada@127.0.0.1",
    "ada@bücher.example, ada@xn--bcher-kva.example, ada@bücher.example",
    "ada@BÜCHER.example, ada@xn--bcher-kva.example, ada@bücher.example",
    "ada@bu\u0308cher.example, ada@xn--bcher-kva.example, ada@bücher.example",
    "ada@ｂｕ̈ｃｈｅｒ。example, ada@xn--bcher-kva.example, ada@bücher.example",
    "ada@xn--bcher-kva.example, ada@xn--bcher-kva.example, ada@bücher.example",
    "ada@XN--BCHER-KVA.example, ada@XN--BCHER-KVA.example, ada@bücher.example",
    // IDNA 2003 would map them to strasse.example and σασ.example, which are other domains.
    "ada@straße.example, ada@xn--strae-oqa.example, ada@straße.example",
    "ada@σας.example, ada@xn--mxa8ab.example, ada@σας.example",
    "ada@例え.テスト, ada@xn--r8jz45g.xn--zckzah, ada@例え.テスト",
    "ada@\uD83D\uDE00.example, ada@xn--e28h.example, ada@\uD83D\uDE00.example",
    // The Kelvin sign, and a Cyrillic letter that looks like an a.
    "ada@\u212Aent.example, ada@kent.example, ada@kent.example",
    "ada@\u0430.example, ada@xn--80a.example, ada@\u0430.example",
  })
  void hasAnAsciiFormForServersAndACanonicalFormForComparison(
      String text, String ascii, String canonical) {
    EmailAddress address = EmailAddress.parse(text).orElseThrow();

    assertThat(address).hasToString(ascii);
    assertThat(address.canonical()).isEqualTo(canonical);
    assertThat(address.isPlain()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "@",
        "ada",
        "ada@",
        "@example.org",
        "šdmin@example.org",
        "用户@example.org",
        "\u0430da@example.org",
        "ada\u200B@example.org",
        "ada@b@example.org",
        "ada@example.org,eve@example.org",
        "ada@example.org, eve@example.org",
        "ada@example.org;eve@example.org",
        "ada@example.org>,<eve@example.org",
        "ada@example.org> SIZE=1",
        "<ada@example.org>",
        "Ada <ada@example.org>",
        "ada(eve)@example.org",
        "ada@example.org(eve)",
        "friends:ada@example.org;",
        "@example.com:ada@example.org",
        "@a,@b:ada@example.org",
        "ada@[127.0.0.1]",
        "ada@[IPv6:::1]",
        "ada@example.org.",
        "ada@.example.org",
        "ada@example..org",
        "ada@example.org\r\nRCPT TO:<eve@example.org>",
        "ada\r\n@example.org",
        "ada@example.org\n",
        "ada@example.org\u0000",
        "ada\u0000@example.org",
        " ada@example.org",
        "ada @example.org",
        "ada@ example.org",
        "ada@example.org ",
        "ada@exa mple.org",
        ".ada@example.org",
        "ada.@example.org",
        "a..da@example.org",
        "\"ada@example.org",
        "ada\"@example.org",
        "\"\"@example.org",
        "\"a\"b\"@example.org",
        "\"ada\\\"@example.org",
        "\"a\".b@example.org",
        "ada@-example.org",
        "ada@example-.org",
        "ada@exa%mple.org",
        "ada@xn--a.example",
        "ada@xn--.example",
        "ada@\u2100.example",
        "ada@a\u200Db.example",
        "ada@\u05D0a.example",
        "ada@\u0378.example",
        "ada@\uD800.example",
        "ada@example\uFF0F.org",
      })
  void refusesTextsThatAreNoMailbox(String text) {
    assertThat(EmailAddress.parse(text)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"a b\"@example.org",
        "\"a@b\"@example.org",
        "\"<a>, (b): c; [d]\"@example.org",
        "\"a\\\"b\\\\\"@example.org"
      })
  void acceptsAQuotedLocalPartAsNotPlain(String text) {
    EmailAddress address = EmailAddress.parse(text).orElseThrow();

    assertThat(address).hasToString(text);
    assertThat(address.isPlain()).isFalse();
  }

  @Test
  void hasAtMost254CharactersInAscii() {
    assertThat(EmailAddress.parse("a".repeat(64) + "@example.org")).isPresent();
    assertThat(EmailAddress.parse("a".repeat(65) + "@example.org")).isEmpty();
    assertThat(EmailAddress.parse("a@" + LONG_DOMAIN).map(EmailAddress::toString))
        .hasValue("a@" + LONG_DOMAIN);
    assertThat(EmailAddress.parse("ab@" + LONG_DOMAIN)).isEmpty();
    assertThat(EmailAddress.parse("a@" + LONG_LABEL + "a.org")).isEmpty();
    // Fewer characters, but more of them in Punycode.
    assertThat(EmailAddress.parse("a@" + ("ü".repeat(50) + ".").repeat(4) + "org")).isPresent();
    assertThat(EmailAddress.parse("ab@" + ("ü1".repeat(19) + ".").repeat(6) + "org")).isEmpty();
    assertThat(EmailAddress.parse("a@xn--" + "a".repeat(1_000_000))).isEmpty();
    assertThat(EmailAddress.parse("a.".repeat(1_000_000) + "@example.org")).isEmpty();
  }

  @Test
  void acceptsAtomCharactersInTheLocalPartAndLabelCharactersInTheDomain() {
    StringBuilder local = new StringBuilder();
    StringBuilder domain = new StringBuilder();
    for (char character = 0; character < 0x80; character++) {
      if (EmailAddress.parse("a" + character + "b@example.org")
          .equals(Optional.of(new EmailAddress("a" + character + "b", "example.org")))) {
        local.append(character);
      }
      if (EmailAddress.parse("ab@a" + character + "b.org")
          .equals(Optional.of(new EmailAddress("ab", "a" + character + "b.org")))) {
        domain.append(character);
      }
    }
    assertThat(sorted(local)).isEqualTo(sorted(LETTERS_AND_DIGITS + "!#$%&'*+-./=?^_`{|}~"));
    assertThat(sorted(domain)).isEqualTo(sorted(LETTERS_AND_DIGITS + "-._"));
  }

  @Test
  void refusesNonAsciiLocalPartsAndConvertsDomainsToPunycode() {
    for (int c = 0x80; c <= Character.MAX_CODE_POINT; c++) {
      String character = Character.toString(c);
      assertThat(EmailAddress.parse("a" + character + "@example.org"))
          .as("U+%X before the @", c)
          .isEmpty();
      if (c % 61 == 0 || c < 0x3000) {
        EmailAddress.parse("a@a" + character + "b.org")
            .ifPresent(address -> assertThat(address.toString()).matches("a@[a-z0-9.-]+"));
      }
    }
  }

  private static String sorted(CharSequence characters) {
    return characters
        .chars()
        .sorted()
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }
}
