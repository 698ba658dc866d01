package dev.annals.command.identity.account;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The first administrator.
 *
 * @param email the address of the first administrator, who is registered by the start unless it was
 *     done before; goes with a password, and must not be that of another user
 * @param password the first administrator's, of at least 12 characters and at most 72 bytes
 * @param generate whether an administrator is made up, and shown once, while nobody is registered
 */
@ConfigurationProperties("annals.admin")
record AdminProperties(
    @DefaultValue("") String email,
    @DefaultValue("") String password,
    @DefaultValue("false") boolean generate) {}
