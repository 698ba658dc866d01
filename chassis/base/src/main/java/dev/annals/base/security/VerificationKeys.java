package dev.annals.base.security;

import java.security.interfaces.ECPublicKey;
import java.util.Optional;

/** The public keys that verify access tokens. */
public interface VerificationKeys {

  /**
   * Finds a key by its name.
   *
   * @param kid any text from a client
   * @return empty if there is no unexpired key of that name for access tokens
   */
  Optional<ECPublicKey> find(String kid);
}
