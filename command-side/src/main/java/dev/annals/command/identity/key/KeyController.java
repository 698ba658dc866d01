package dev.annals.command.identity.key;

import dev.annals.command.role.ProcessRole;
import dev.annals.command.role.ServedBy;
import java.util.List;
import java.util.Map;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
@ServedBy(ProcessRole.IDENTITY)
class KeyController {

  private final SigningKeys keys;

  KeyController(SigningKeys keys) {
    this.keys = keys;
  }

  /** The public keys as a JWK Set (RFC 7517, 5). */
  record JwkSet(List<Map<String, Object>> keys) {}

  record Rotated(String kid) {}

  @GetMapping("/.well-known/jwks.json")
  JwkSet published() {
    keys.current();
    return new JwkSet(keys.published().stream().<Map<String, Object>>map(Map::copyOf).toList());
  }

  @PostMapping("/admin/keys/rotate")
  Rotated rotate() {
    return new Rotated(keys.rotate(TokenIssuer.MAX_AGE).kid());
  }
}
