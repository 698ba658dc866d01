package dev.annals.push.webhook;

import dev.annals.http.crypto.Hmac;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import javax.crypto.spec.SecretKeySpec;

/** Signs messages by Standard Webhooks 1.0. */
final class Signature {

  private Signature() {}

  /** Returns the headers of a message that is signed with each of the keys. */
  static Map<String, String> headers(UUID id, Instant time, byte[] body, List<byte[]> keys) {
    String timestamp = Long.toString(time.getEpochSecond());
    ByteArrayOutputStream signed = new ByteArrayOutputStream();
    signed.writeBytes((id + "." + timestamp + ".").getBytes(StandardCharsets.US_ASCII));
    signed.writeBytes(body);
    return Map.of(
        "webhook-id",
        id.toString(),
        "webhook-timestamp",
        timestamp,
        "webhook-signature",
        keys.stream()
            .map(key -> "v1," + of(signed.toByteArray(), key))
            .collect(Collectors.joining(" ")));
  }

  private static String of(byte[] signed, byte[] key) {
    return Base64.getEncoder()
        .encodeToString(new Hmac(new SecretKeySpec(key, "HmacSHA256")).of(signed));
  }
}
