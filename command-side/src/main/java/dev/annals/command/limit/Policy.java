package dev.annals.command.limit;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What is limited: an endpoint, each request to it or those alone that come to nothing. */
public enum Policy {
  /** Wrong passwords, of logins and of what asks for the password again. */
  LOGIN("/auth/(login|change-password)|/users/me/erase"),
  /** Mails to somebody who may not have asked for them. */
  FORGOT_PASSWORD("/auth/forgot-password"),
  /** New accounts. */
  REGISTER("/auth/register"),
  /** New access tokens, and guesses at refresh tokens. */
  REFRESH("/auth/refresh"),
  /** Mails with a link to verify an address, but for the first one. */
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

  /** The one that a request falls under. */
  static Optional<Policy> of(HttpServletRequest request) {
    return Arrays.stream(values())
        .filter(policy -> request.getMethod().equals("POST"))
        .filter(policy -> request.getServletPath().matches(policy.path))
        .findFirst();
  }

  /** Whether a request that succeeds costs nothing. */
  boolean failuresAlone() {
    return this == LOGIN;
  }

  /** Whether the account that it is about is always the caller's. */
  boolean ofTheCaller() {
    return this == VERIFY_EMAIL;
  }

  /** Whether a request that falls under it is about the account of its token. */
  boolean ofTheCaller(HttpServletRequest request) {
    return switch (this) {
      case LOGIN -> !request.getServletPath().equals("/auth/login");
      case VERIFY_EMAIL, TASKS_PER_DAY -> true;
      case FORGOT_PASSWORD, REGISTER, REFRESH -> false;
    };
  }

  /**
   * Whether an address is refused before its request is read. Elsewhere than below {@code /auth} an
   * attempt asks for it, after 401, 415 and 400.
   */
  boolean refusesFirst(HttpServletRequest request) {
    return !failuresAlone() || request.getServletPath().startsWith("/auth/");
  }

  /**
   * Whether windows follow each other from 1970 on, those of a day from midnight to midnight (UTC);
   * else each begins with the first thing that is taken.
   */
  boolean byTheClock() {
    return this == TASKS_PER_DAY;
  }

  /** As clients see it. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
