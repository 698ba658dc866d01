package dev.annals.command.limit;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What is limited: an endpoint, each request to it or those alone that come to nothing. */
public enum Policy {
  /** Logins that fail. */
  LOGIN("/auth/login", true),
  /** Mails to somebody who may not have asked for them. */
  FORGOT_PASSWORD("/auth/forgot-password", false);

  private final String path;
  private final boolean failuresAlone;

  Policy(String path, boolean failuresAlone) {
    this.path = path;
    this.failuresAlone = failuresAlone;
  }

  /** The one that a request falls under. */
  static Optional<Policy> of(HttpServletRequest request) {
    return Arrays.stream(values())
        .filter(policy -> request.getMethod().equals("POST"))
        .filter(policy -> request.getServletPath().equals(policy.path))
        .findFirst();
  }

  /** Whether a request that succeeds costs nothing. */
  boolean failuresAlone() {
    return failuresAlone;
  }

  /** As clients see it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
