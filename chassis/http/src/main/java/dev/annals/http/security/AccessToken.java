package dev.annals.http.security;

import java.time.Instant;
import java.util.Optional;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;

/**
 * A valid access token. Long-lived connections check it again after the request.
 *
 * @param caller the caller that it authenticates
 * @param expiresAt its {@code exp}
 */
public record AccessToken(Caller caller, Instant expiresAt) {

  /** Returns the token of the current thread's request, empty if it is anonymous. */
  public static Optional<AccessToken> current() {
    Authentication known = SecurityContextHolder.getContext().getAuthentication();
    return known != null && known.getDetails() instanceof AccessToken token
        ? Optional.of(token)
        : Optional.empty();
  }
}
