package dev.annals.command.limit;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Limited endpoints. A policy counts every request, or only those that fail. */
public enum Policy {
  /** Wrong passwords of logins and of other requests with a password. */
  LOGIN("/auth/(login|change-password)|/users/me/erase"),
  /** Mails that reset a password, which a stranger can request. */
  FORGOT_PASSWORD("/auth/forgot-password"),
  /** New accounts. */
  REGISTER("/auth/register"),
  /** Refreshed access tokens, and guessed refresh tokens. */
  REFRESH("/auth/refresh"),
  /** Mails that verify an address, except the first. */
  VERIFY_EMAIL("/auth/verify-email/resend"),
  /** New tasks. */
  TASKS_PER_DAY("/tasks(/bulk)?");

  private final String path;

  /**
   * @param path a regular expression
   */
  Policy(String path) {
    this.path = path;
  }

  /** Returns the policy of a request. */
  static Optional<Policy> of(HttpServletRequest request) {
    return Arrays.stream(values())
        .filter(policy -> request.getMethod().equals("POST"))
        .filter(policy -> request.getServletPath().matches(policy.path))
        .findFirst();
  }

  /** Returns true if successful requests cost nothing. */
  boolean countsOnlyFailures() {
    return this == LOGIN;
  }

  /** Returns true if the request is about the account of its token. */
  boolean isAboutCaller(HttpServletRequest request) {
    return switch (this) {
      case LOGIN -> !request.getServletPath().equals("/auth/login");
      case VERIFY_EMAIL, TASKS_PER_DAY -> true;
      case FORGOT_PASSWORD, REGISTER, REFRESH -> false;
    };
  }

  /**
   * Returns true if an address is refused before its request is read. Outside of {@code /auth} the
   * attempt itself checks the limit, after 401, 415 and 400.
   */
  boolean refusesBeforeReading(HttpServletRequest request) {
    return !countsOnlyFailures() || request.getServletPath().startsWith("/auth/");
  }

  /** Returns true if windows begin at midnight (UTC) instead of with the first request. */
  boolean isAlignedToClock() {
    return this == TASKS_PER_DAY;
  }

  /** Returns the name that clients see. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
