package dev.annals.command.attachment;

import dev.annals.command.PublicUrl;
import dev.annals.platform.crypto.MasterKey;
import dev.annals.platform.problem.Problem;
import dev.annals.platform.problem.Refusal;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Instant;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * URLs of this service that need no token: each is signed for one method, one path and a time
 * (HMAC-SHA-256, under a key that is derived from the master key).
 */
@Component
final class SignedUrls {

  /** Where uploads are sent to, by their ids. */
  static final String UPLOADS = "/files/uploads/";

  /** Where attachments are read from, by their tasks' ids and their own. */
  static final String DOWNLOADS = "/files/attachments/";

  private static final String HMAC = "HMACSHA256";

  private final SecretKeySpec key;
  private final PublicUrl publicUrl;
  private final Clock clock;

  SignedUrls(MasterKey masterKey, PublicUrl publicUrl, Clock clock) {
    this.key = new SecretKeySpec(masterKey.derive("signed-urls"), HMAC);
    this.publicUrl = publicUrl;
    this.clock = clock;
  }

  String sign(String method, String path, Instant expiresAt) {
    String expires = Long.toString(expiresAt.getEpochSecond());
    return publicUrl.of(
        path
            + "?expires="
            + expires
            + "&signature="
            + Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(signature(method, path, expires)));
  }

  /**
   * Lets a request pass that was signed.
   *
   * @throws Refusal {@code forbidden} if it was not, or its time is over
   */
  void check(String method, String path, @Nullable String expires, @Nullable String signature) {
    if (expires == null
        || signature == null
        || !MessageDigest.isEqual(
            Base64.getUrlEncoder().withoutPadding().encode(signature(method, path, expires)),
            signature.getBytes(StandardCharsets.UTF_8))
        || clock.instant().getEpochSecond() >= Long.parseLong(expires)) {
      throw refused();
    }
  }

  /** What is told to whoever has no right to a file. */
  static Refusal refused() {
    return new Refusal(Problem.FORBIDDEN, "The URL was not signed for this, or not any more.");
  }

  private byte[] signature(String method, String path, String expires) {
    try {
      Mac mac = Mac.getInstance(HMAC);
      mac.init(key);
      return mac.doFinal(String.join("\n", method, path, expires).getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("HMAC is missing from this Java runtime", e);
    }
  }
}
