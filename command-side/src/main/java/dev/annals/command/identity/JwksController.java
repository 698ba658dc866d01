package dev.annals.command.identity;

import dev.annals.command.role.ProcessRole;
import dev.annals.command.role.ServedBy;
import dev.annals.platform.security.Access;
import java.util.List;
import java.util.Map;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
@ServedBy(ProcessRole.IDENTITY)
@Access(Access.To.PUBLIC)
class JwksController {

  private final SigningKeys keys;

  JwksController(SigningKeys keys) {
    this.keys = keys;
  }

  /** The public keys as a JWK Set (RFC 7517, 5). */
  record JwkSet(List<Map<String, Object>> keys) {}

  @GetMapping("/.well-known/jwks.json")
  JwkSet published() {
    keys.current();
    return new JwkSet(keys.published().stream().<Map<String, Object>>map(Map::copyOf).toList());
  }
}
