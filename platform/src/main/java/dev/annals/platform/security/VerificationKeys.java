package dev.annals.platform.security;

import java.security.interfaces.ECPublicKey;
import java.util.Optional;

/** The public keys that access tokens may be signed with. */
public interface VerificationKeys {

  /**
   * The key of that name.
   *
   * @param kid whatever a client sent
   * @return empty if there is none, or none any more; it is not to be had for other purposes than
   *     tokens
   */
  Optional<ECPublicKey> find(String kid);
}
