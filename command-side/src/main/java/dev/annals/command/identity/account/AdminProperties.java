package dev.annals.command.identity.account;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The first administrator.
 *
 * @param email the address of the first administrator, whom the start registers if the address is
 *     free; needs a password, and must not belong to a user who never was an administrator
 * @param password the password of the first administrator, with at least 12 characters and at most
 *     72 bytes
 * @param generate whether the start generates an administrator, and shows the password once, if no
 *     user is registered
 */
@ConfigurationProperties("annals.admin")
record AdminProperties(
    @DefaultValue("") String email,
    @DefaultValue("") String password,
    @DefaultValue("false") boolean generate) {}
