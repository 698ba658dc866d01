package dev.annals.platform.problem;

/** The scheme of access tokens and its challenges (RFC 6750). */
public final class Bearer {

  /** The challenge to a request without a token. */
  public static final String CHALLENGE = "Bearer";

  /** The challenge to a request with an invalid token. Only this one names an error. */
  public static final String INVALID_TOKEN = "Bearer error=\"invalid_token\"";

  private Bearer() {}
}
