package dev.annals.http.web;

import dev.annals.http.crypto.Hmac;
import dev.annals.http.crypto.MasterKey;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * Signs and verifies consistency tokens with HMAC-SHA-256, truncated to 128 bits, and a key derived
 * from the master key. It also verifies with the previous master key, if configured. It signs the
 * characters of a token, so a token has one spelling. Thread-safe.
 */
public final class SignedTokens {

  private static final int SIGNATURE_BYTES = 16;

  private final List<Hmac> keys;

  public SignedTokens(MasterKey masterKey) {
    keys = masterKey.derive("consistency-tokens");
  }

  public String sign(ConsistencyToken token) {
    return sign(keys.get(0), token.toString());
  }

  /** Verifies and parses the result of {@link #sign}. Returns empty for any other text. */
  Optional<ConsistencyToken> read(String sent) {
    int signature = sent.lastIndexOf('.');
    if (signature < 0) {
      return Optional.empty();
    }
    String token = sent.substring(0, signature);
    return keys.stream().anyMatch(key -> Hmac.isEqual(sign(key, token), sent))
        ? ConsistencyToken.parse(token)
        : Optional.empty();
  }

  /** Wraps a response so that it signs each token header. */
  HttpServletResponse signing(HttpServletResponse response) {
    return new HttpServletResponseWrapper(response) {
      @Override
      public void setHeader(String name, String value) {
        super.setHeader(name, signed(name, value));
      }

      @Override
      public void addHeader(String name, String value) {
        super.addHeader(name, signed(name, value));
      }
    };
  }

  private String signed(String header, String value) {
    return header.equalsIgnoreCase(ConsistencyToken.HEADER) ? sign(keys.get(0), value) : value;
  }

  private static String sign(Hmac key, String token) {
    byte[] signature =
        Arrays.copyOf(key.of(token.getBytes(StandardCharsets.UTF_8)), SIGNATURE_BYTES);
    return token + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(signature);
  }
}
