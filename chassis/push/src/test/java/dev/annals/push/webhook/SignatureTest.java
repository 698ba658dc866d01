package dev.annals.push.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.standardwebhooks.Webhook;
import com.standardwebhooks.exceptions.WebhookVerificationException;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class SignatureTest {

  private static final UUID ID = UUID.fromString("0f8fad5b-d9cb-469f-a165-70867728950e");
  private static final Instant TIME = Instant.parse("2026-11-29T05:06:07.890Z");
  private static final byte[] BODY = "{\"title\":\"ü\"}".getBytes(StandardCharsets.UTF_8);
  private static final byte[] KEY = key(1);
  private static final byte[] FORMER = key(2);

  @Test
  void hasTheHeadersOfTheStandard() {
    assertThat(Signature.headers(ID, TIME, BODY, List.of(KEY, FORMER)))
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "webhook-id",
                "0f8fad5b-d9cb-469f-a165-70867728950e",
                "webhook-timestamp",
                "1795928767",
                "webhook-signature",
                "v1,LWqzUEld3PbyX1pxoDvAQ0K3LIzR+0DCm1bVmEDQyZ4= v1,JvJhSaK/QP1gv9tW8lMkAODchEfmOkxYjjeRz/pFzfE="));
  }

  @Test
  void isVerifiedByTheStandardsOwnLibraryWithEachOfTheKeys() throws Exception {
    verify(KEY, List.of(KEY));
    verify(KEY, List.of(KEY, FORMER));
    verify(FORMER, List.of(KEY, FORMER));
    assertThatThrownBy(() -> verify(FORMER, List.of(KEY)))
        .isInstanceOf(WebhookVerificationException.class);
  }

  private static void verify(byte[] key, List<byte[]> keys) throws WebhookVerificationException {
    // The library compares the time with the clock of the machine.
    Instant now = Instant.now();
    Map<String, List<String>> headers = new HashMap<>();
    Signature.headers(ID, now, BODY, keys)
        .forEach((name, value) -> headers.put(name, List.of(value)));
    new Webhook("whsec_" + Base64.getEncoder().encodeToString(key))
        .verify(
            new String(BODY, StandardCharsets.UTF_8),
            HttpHeaders.of(headers, (name, value) -> true));
  }

  private static byte[] key(int value) {
    byte[] key = new byte[32];
    Arrays.fill(key, (byte) value);
    return key;
  }
}
