package dev.annals.http.security;

import java.time.Instant;

/**
 * A valid access token. Long-lived connections check it again after the request.
 *
 * @param caller the caller that it authenticates
 * @param expiresAt its {@code exp}
 */
public record AccessToken(Caller caller, Instant expiresAt) {}
