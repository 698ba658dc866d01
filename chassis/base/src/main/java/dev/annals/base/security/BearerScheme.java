package dev.annals.base.security;

import java.util.Collection;
import java.util.List;

/** The Bearer scheme of {@code Authorization} and {@code WWW-Authenticate} (RFC 6750). */
public final class BearerScheme {

  /** The challenge to a request without a token. */
  public static final String CHALLENGE = "Bearer";

  /** The challenge to a request with a token, which alone names an error (RFC 6750, 3). */
  public static final String INVALID_TOKEN = "Bearer error=\"invalid_token\"";

  private static final String PREFIX = "Bearer ";

  private BearerScheme() {}

  /** Returns the tokens in the values of {@code Authorization}. A valid request has one. */
  public static List<String> tokens(Collection<String> authorization) {
    return authorization.stream()
        .filter(value -> value.regionMatches(true, 0, PREFIX, 0, PREFIX.length()))
        .map(value -> value.substring(PREFIX.length()).strip())
        .toList();
  }
}
