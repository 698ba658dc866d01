package dev.annals.platform.security;

import java.time.Instant;

/**
 * A valid access token, for those who keep relying on it after its request.
 *
 * @param caller whom it speaks for
 * @param expiresAt its {@code exp}: from then on it says nothing any more
 */
public record AccessToken(Caller caller, Instant expiresAt) {}
