package dev.annals.base.security;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Claims of access tokens.
 *
 * @param issuer the claim {@code iss} of access tokens
 * @param audience the claim {@code aud} of access tokens
 */
@ConfigurationProperties("annals.tokens")
public record TokenProperties(
    @DefaultValue("annals") String issuer, @DefaultValue("annals") String audience) {}
