package dev.annals.platform.crypto;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The keys that encrypt the secrets in the database.
 *
 * @param masterKey 32 random bytes in base64, the same for every process; it encrypts the keys of
 *     users and tokens. Without it the personal data is lost, so back it up apart from the
 *     database. The standalone program creates one in its data folder
 * @param masterKeyPrevious the previous key during a key rotation: its signatures and encrypted
 *     keys stay valid. At its start the command side encrypts these keys with the new key
 */
@ConfigurationProperties("annals")
record CryptoProperties(
    @DefaultValue("") String masterKey, @DefaultValue("") String masterKeyPrevious) {}
