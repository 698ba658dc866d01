package dev.annals.platform.web;

import dev.annals.platform.crypto.MasterKey;
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
import org.springframework.stereotype.Component;

/**
 * Signs consistency tokens, and reads the ones that it signed: HMAC-SHA-256, cut to 128 bits, under
 * a key that is derived from the master key; under the key before that one, too, while that is
 * configured. The characters of a token are signed, so a token has one spelling. Safe for any
 * number of threads.
 */
@Component
public final class SignedTokens {

  private static final String HMAC = "HMACSHA256";
  private static final int BYTES = 16;

  private final List<SecretKeySpec> keys;

  /** Derives the keys. */
  public SignedTokens(MasterKey masterKey) {
    keys =
        masterKey.derive("consistency-tokens").stream()
            .map(key -> new SecretKeySpec(key, HMAC))
            .toList();
  }

  /** Writes the token as it is sent. */
  public String sign(ConsistencyToken token) {
    return sign(keys.get(0), token.toString());
  }

  /** Reads what {@link #sign} wrote; empty if it is anything else. */
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

  /** Wraps a response: each token that is put into it is signed. */
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
      byte[] signature = Arrays.copyOf(mac.doFinal(token.getBytes(StandardCharsets.UTF_8)), BYTES);
      return token + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(signature);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("HMAC is missing from this Java runtime", e);
    }
  }
}
