package dev.annals.http.security;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.annals.base.security.TokenProperties;
import dev.annals.http.sample.Tokens;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Optional;

/** Any text is refused as a token, since only the program can sign one. */
class AccessTokensFuzzTest {

  private final AccessTokens tokens =
      new AccessTokens(
          kid -> kid.equals(Tokens.KID) ? Optional.of(Tokens.PUBLIC_KEY) : Optional.empty(),
          sessions -> sessions,
          new TokenProperties("annals", "annals"),
          Clock.systemUTC());

  @FuzzTest(maxDuration = "1m")
  void refusesAnyText(byte[] sent) {
    String text = new String(sent, StandardCharsets.ISO_8859_1);
    assertThat(tokens.bearer(text)).isEmpty();
    assertThat(tokens.verify(text)).isEmpty();
  }
}
