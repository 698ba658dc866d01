package dev.annals.command.limit;

import dev.annals.http.limit.RateLimitPolicy;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Locale;
import java.util.Set;

/** Limited endpoints. A policy counts every request, or only those that fail. */
public enum Policy implements RateLimitPolicy {
  /** Wrong passwords of logins and of other requests with a password. */
  LOGIN("/auth/login", "/auth/change-password", "/users/me/erase"),
  /** Mails that reset a password, which a stranger can request. */
  FORGOT_PASSWORD("/auth/forgot-password"),
  /** New accounts. */
  REGISTER("/auth/register"),
  /** Refreshed access tokens, and guessed refresh tokens. */
  REFRESH("/auth/refresh"),
  /** Mails that verify an address, except the first. */
  VERIFY_EMAIL("/auth/verify-email/resend"),
  /** New tasks. */
  TASKS_PER_DAY("/tasks", "/tasks/bulk");

  @SuppressWarnings("ImmutableEnumChecker") // The set is immutable.
  private final Set<String> paths;

  Policy(String... paths) {
    this.paths = Set.of(paths);
  }

  @Override
  public boolean limits(HttpServletRequest request) {
    return request.getMethod().equals("POST") && paths.contains(request.getServletPath());
  }

  @Override
  public boolean countsOnlyFailures() {
    return this == LOGIN;
  }

  @Override
  public boolean isAboutCaller(HttpServletRequest request) {
    return switch (this) {
      case LOGIN -> !request.getServletPath().equals("/auth/login");
      case VERIFY_EMAIL, TASKS_PER_DAY -> true;
      case FORGOT_PASSWORD, REGISTER, REFRESH -> false;
    };
  }

  /** Outside of {@code /auth} the attempt itself checks the limit, after 401, 415 and 400. */
  @Override
  public boolean refusesBeforeReading(HttpServletRequest request) {
    return !countsOnlyFailures() || request.getServletPath().startsWith("/auth/");
  }

  @Override
  public boolean isAlignedToClock() {
    return this == TASKS_PER_DAY;
  }

  /** Returns the name that clients see. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
