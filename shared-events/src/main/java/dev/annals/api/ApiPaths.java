package dev.annals.api;

import dev.annals.base.security.AccessTable;
import dev.annals.base.security.PathSet;
import dev.annals.base.security.Role;
import dev.annals.base.start.Uploads;
import java.util.Map;

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
              "/reset-password",
              "/verify-email",
              // Only the standalone program has these pages.
              "/notifications.html",
              "/dev/mailbox"),
          PathSet.of("/auth/**", "/users/me/**", "/flags"),
          Map.of(Role.USER, PathSet.of("/notes/**", "/tasks/**", "/notifications/**", "/changes")));

  public static final Uploads UPLOADS = new Uploads("/tasks/[A-Za-z0-9_-]+/attachments/?");

  private ApiPaths() {}
}
