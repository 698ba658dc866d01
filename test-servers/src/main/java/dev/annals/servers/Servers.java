package dev.annals.servers;

import java.util.Map;
import java.util.Optional;

/** The environment variables of servers that tests use instead of embedded ones. */
public final class Servers {

  private Servers() {}

  /**
   * Returns the value of a variable such as {@code SPRING_MONGODB_URI}, empty for an embedded
   * server.
   */
  public static Optional<String> variable(String variable) {
    return Optional.ofNullable(System.getenv(variable))
        .or(() -> Optional.ofNullable(containers().get(variable)));
  }

  /** Returns the variables of the containers, which processes do not inherit. */
  public static Map<String, String> containers() {
    return useContainers() ? Containers.VARIABLES : Map.of();
  }

  static boolean useContainers() {
    return Boolean.getBoolean("annals.containers");
  }
}
