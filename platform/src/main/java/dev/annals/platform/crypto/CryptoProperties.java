package dev.annals.platform.crypto;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What everything secret in the database is encrypted under.
 *
 * @param masterKey 32 random bytes in base64, the same for every process: the keys of people and
 *     tokens are sealed under it. Without it the personal data is lost, so back it up apart from
 *     the database. The standalone program makes one in its data folder
 * @param masterKeyPrevious the key before that one, while it is exchanged: what it sealed and
 *     signed holds. A command side that starts seals all of it anew
 */
@ConfigurationProperties("annals")
record CryptoProperties(
    @DefaultValue("") String masterKey, @DefaultValue("") String masterKeyPrevious) {}
