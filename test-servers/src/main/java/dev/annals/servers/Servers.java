package dev.annals.servers;

import java.util.Map;
import java.util.Optional;

/** The servers that tests are to use in the place of embedded ones, as environment variables. */
public final class Servers {

  private Servers() {}

  /** What a variable such as {@code SPRING_MONGODB_URI} says; nothing for an embedded server. */
  public static Optional<String> named(String variable) {
    return Optional.ofNullable(System.getenv(variable))
        .or(() -> Optional.ofNullable(containers().get(variable)));
  }

  /** The variables that processes do not inherit: those of the containers. */
  public static Map<String, String> containers() {
    return wanted() ? Containers.VARIABLES : Map.of();
  }

  /** Whether tests run with {@code -Pcontainers}. */
  static boolean wanted() {
    return Boolean.getBoolean("annals.containers");
  }
}
