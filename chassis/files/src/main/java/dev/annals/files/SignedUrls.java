package dev.annals.files;

import dev.annals.base.problem.Problem;
import dev.annals.base.problem.Refusal;
import dev.annals.http.crypto.Hmac;
import dev.annals.http.crypto.MasterKey;
import dev.annals.http.web.PublicUrl;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Signs and checks URLs of this service that need no token. A signature covers the method, the path
 * and the expiry (HMAC-SHA-256). Its key is derived from the master key; signatures by the previous
 * master key are valid, too.
 */
public record SignedUrls(MasterKey masterKey, PublicUrl publicUrl, Clock clock) {

  /** The path of uploads, followed by the upload's id. */
  static final String UPLOADS = "/files/uploads/";

  /** The path of files, followed by the holder's and the file's id. */
  static final String DOWNLOADS = "/files/attachments/";

  String sign(String method, String path, Instant expiresAt) {
    String expires = Long.toString(expiresAt.getEpochSecond());
    return publicUrl.of(
        path
            + "?expires="
            + expires
            + "&signature="
            + signature(keys().get(0), method, path, expires));
  }

  /**
   * Checks the signature of a request.
   *
   * @throws Refusal {@code forbidden} if it is wrong or has expired
   */
  public void check(
      String method, String path, @Nullable String expires, @Nullable String signature) {
    if (expires == null
        || signature == null
        || keys().stream()
            .noneMatch(key -> Hmac.isEqual(signature(key, method, path, expires), signature))
        || clock.instant().getEpochSecond() >= Long.parseLong(expires)) {
      throw refused();
    }
  }

  /** Returns the refusal for clients without a right to a file. */
  static Refusal refused() {
    return new Refusal(
        Problem.FORBIDDEN, "The URL's signature does not match the request, or has expired.");
  }

  private List<Hmac> keys() {
    return masterKey.derive("signed-urls");
  }

  private static String signature(Hmac key, String method, String path, String expires) {
    String signed = String.join("\n", method, path, expires);
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(key.of(signed.getBytes(StandardCharsets.UTF_8)));
  }
}
