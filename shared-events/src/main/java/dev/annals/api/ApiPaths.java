package dev.annals.api;

import dev.annals.base.security.AccessTable;
import dev.annals.base.security.PathSet;
import dev.annals.base.security.Role;
import dev.annals.base.start.Uploads;
import java.util.List;
import java.util.Map;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;

/** The callers of each path of the API, and the paths of uploads. */
public final class ApiPaths {

  public static final AccessTable ACCESS =
      new AccessTable(
          PathSet.of(
              "/auth/register",
              "/auth/login",
              "/auth/refresh",
              "/auth/logout",
              "/auth/forgot-password",
              "/auth/reset-password",
              "/auth/verify-email",
              // Signed URLs.
              "/files/uploads/*",
              "/files/attachments/*/*",
              "/console/**",
              "/reset-password",
              "/verify-email",
              // Only the standalone program has this page.
              "/dev/mailbox"),
          PathSet.of("/auth/**", "/users/me/**", "/flags"),
          Map.of(
              Role.USER,
              PathSet.of(
                  "/notes/**", "/tasks/**", "/notifications/**", "/changes", "/webhooks/**")));

  public static final Uploads UPLOADS = new Uploads("/tasks/[A-Za-z0-9_-]+/attachments/?");

  private ApiPaths() {}

  /**
   * Returns whether a request is a browser's to open the site, which leads to the console: a read
   * of {@code /} whose {@code Accept} names HTML. {@code *}{@code /*} does not.
   *
   * @param accept the lines of the header
   */
  public static boolean opensTheSite(String method, String path, List<String> accept) {
    return path.equals("/") && (method.equals("GET") || method.equals("HEAD")) && namesHtml(accept);
  }

  private static boolean namesHtml(List<String> accept) {
    try {
      return MediaType.parseMediaTypes(accept).stream()
          .anyMatch(
              range ->
                  range.equalsTypeAndSubtype(MediaType.TEXT_HTML) && range.getQualityValue() > 0);
    } catch (InvalidMediaTypeException malformed) {
      return false;
    }
  }
}
