package dev.annals.http.web;

import dev.annals.http.crypto.MasterKey;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Signs and verifies consistency tokens with HMAC-SHA-256, truncated to 128 bits, and a key derived
 * from the master key. It also verifies with the previous master key, if configured. It signs the
 * characters of a token, so a token has one spelling. Thread-safe.
 */
public final class SignedTokens {

  private static final String HMAC = "HMACSHA256";
  private static final int SIGNATURE_BYTES = 16;

  private final List<SecretKeySpec> keys;

  public SignedTokens(MasterKey masterKey) {
    keys =
        masterKey.derive("consistency-tokens").stream()
            .map(key -> new SecretKeySpec(key, HMAC))
            .toList();
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
    return keys.stream().anyMatch(key -> isEqual(sign(key, token), sent))
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

  private static boolean isEqual(String ours, String theirs) {
    return MessageDigest.isEqual(
        ours.getBytes(StandardCharsets.UTF_8), theirs.getBytes(StandardCharsets.UTF_8));
  }

  private static String sign(SecretKeySpec key, String token) {
    try {
      Mac mac = Mac.getInstance(HMAC);
      mac.init(key);
      byte[] signature =
          Arrays.copyOf(mac.doFinal(token.getBytes(StandardCharsets.UTF_8)), SIGNATURE_BYTES);
      return token + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(signature);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("HMAC is missing from this Java runtime", e);
    }
  }
}
