package dev.annals.standalone;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.springframework.core.io.ClassPathResource;
import org.springframework.core.io.Resource;

/**
 * Finds the packaged PostgreSQL and Redis for this machine. A build packs those of its own
 * platform; the profiles of the root's {@code pom.xml} name the same files.
 *
 * @param name the platform's name in the file names of the PostgreSQL archives
 */
record Platform(String name) {
  // None for Windows, which lacks the shell that stops Redis.
  private static final Map<String, String> REDIS =
      Map.of(
          "linux-x86_64", "redis-server-6.2.6-v5-linux-amd64",
          // The 64-bit program needs glibc.
          "linux-x86_64-alpine_linux", "redis-server-6.2.7-linux-386",
          "linux-arm_64", "redis-server-6.2.7-linux-arm64",
          "linux-arm_64-alpine_linux", "redis-server-6.2.7-linux-arm64",
          "darwin-x86_64", "redis-server-6.2.6-v5-darwin-amd64",
          "darwin-arm_64", "redis-server-6.2.6-v5-darwin-arm64");

  /** Returns the platform of this machine. */
  static Platform here() {
    return of(
        System.getProperty("os.name"),
        System.getProperty("os.arch"),
        Files.exists(Path.of("/etc/alpine-release")));
  }

  /**
   * Returns the platform of the given system properties.
   *
   * @param osName {@code os.name}
   * @param osArch {@code os.arch}
   */
  static Platform of(String osName, String osArch, boolean alpine) {
    String system = osName.toLowerCase(Locale.ROOT).replaceFirst("^mac.*", "darwin");
    String processor =
        switch (osArch) {
          case "amd64", "x86_64" -> "x86_64";
          case "aarch64", "arm64" -> "arm_64";
          default -> osArch;
        };
    if (system.startsWith("windows")) {
      // Windows on ARM runs programs for x86-64.
      return new Platform("windows-" + processor.replace("arm_64", "x86_64"));
    }
    return new Platform(
        system + "-" + processor + (alpine && system.equals("linux") ? "-alpine_linux" : ""));
  }

  /** Returns the archive of PostgreSQL; empty if this build has none for the platform. */
  Optional<Resource> postgreSql() {
    return packaged("postgres-" + name + ".txz");
  }

  /** Returns the Redis program; empty if this build has none for the platform. */
  Optional<Resource> redis() {
    return Optional.ofNullable(REDIS.get(name)).flatMap(Platform::packaged);
  }

  private static Optional<Resource> packaged(String file) {
    return Optional.<Resource>of(new ClassPathResource(file)).filter(Resource::exists);
  }

  @Override
  public String toString() {
    return name;
  }
}
