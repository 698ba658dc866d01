package dev.annals.command.identity;

import dev.annals.command.role.ProcessRole;
import dev.annals.command.role.ServedBy;
import dev.annals.platform.security.Access;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
@ServedBy(ProcessRole.IDENTITY)
@Access(Access.To.ADMIN)
class KeyController {

  private final SigningKeys keys;

  KeyController(SigningKeys keys) {
    this.keys = keys;
  }

  record Rotated(String kid) {}

  @PostMapping("/admin/keys/rotate")
  Rotated rotate() {
    return new Rotated(keys.rotate(TokenIssuer.LONGEST_USE).kid());
  }
}
