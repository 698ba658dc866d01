package dev.annals.command.identity.key;

import dev.annals.eventstore.crypto.SigningKeys;
import dev.annals.jobs.role.ProcessRole;
import dev.annals.jobs.role.ServedBy;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import java.util.Map;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** Publishes the signing keys, and rotates the one that signs tokens. */
@RestController
@Tag(name = "Keys", description = "The keys that sign tokens and tree heads.")
@ServedBy(ProcessRole.IDENTITY)
record KeyController(SigningKeys keys) {

  /** The public keys as a JWK Set (RFC 7517, 5). */
  record JwkSet(List<Map<String, Object>> keys) {}

  record Rotated(String kid) {}

  /**
   * Returns the public keys. They verify access tokens and the signed heads of the history, as a
   * JWK Set (RFC 7517). A key stays published until nothing that it signed is valid any more.
   */
  @GetMapping("/.well-known/jwks.json")
  JwkSet published() {
    keys.current();
    return new JwkSet(keys.published().stream().<Map<String, Object>>map(Map::copyOf).toList());
  }

  /**
   * Replaces the key that signs access tokens. New tokens are signed with the new key; the old one
   * verifies until its tokens have expired.
   */
  @PostMapping("/admin/keys/rotate")
  Rotated rotate() {
    return new Rotated(keys.rotate(TokenIssuer.MAX_AGE).kid());
  }
}
