package dev.annals.platform.security;

import java.util.List;

/** The patterns of paths that need no access token, on the gateway and on the sides. */
public final class OpenPaths {

  /** Paths that are no endpoints: probes, pages, the API documents, and the WebSocket. */
  public static final List<String> PAGES =
      List.of(
          "/livez",
          "/readyz",
          // The first frame carries the token.
          "/ws",
          "/v3/api-docs/**",
          "/v3/api-docs.yaml",
          "/swagger-ui.html",
          "/swagger-ui/**",
          // Only the standalone program has this page.
          "/notifications.html");

  /** Paths of endpoints. */
  public static final List<String> ENDPOINTS =
      List.of(
          "/auth/register",
          "/auth/login",
          "/auth/refresh",
          "/auth/logout",
          "/auth/forgot-password",
          "/auth/reset-password",
          "/auth/verify-email",
          "/.well-known/jwks.json",
          // Signed URLs.
          "/files/**",
          "/reset-password",
          "/verify-email",
          "/asyncapi");

  private OpenPaths() {}
}
