package dev.annals.jobs.role;

import dev.annals.base.start.CannotStartException;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;

/** A part of the command side. A process has one or more roles; many can share a role. */
public enum ProcessRole {
  /** Serves the commands of the API. */
  COMMANDS,
  /** Serves registration and login. */
  IDENTITY,
  /** Handles events, and runs jobs: sagas, mails, deadlines and schedules. */
  WORKER;

  static final String PROPERTY = "annals.roles";

  /**
   * Returns the roles of this process; by default all.
   *
   * @throws CannotStartException if another role is configured, or none
   */
  public static Set<ProcessRole> of(Environment environment) {
    List<String> names =
        Binder.get(environment)
            .bind(PROPERTY, Bindable.listOf(String.class))
            .orElseGet(() -> Stream.of(values()).map(ProcessRole::toString).toList());
    Set<ProcessRole> roles = EnumSet.noneOf(ProcessRole.class);
    for (String name : names) {
      Stream.of(values())
          .filter(role -> role.toString().equals(name.strip()))
          .findFirst()
          .ifPresentOrElse(roles::add, () -> refuse(", not \"%s\"".formatted(name.strip())));
    }
    if (roles.isEmpty()) {
      refuse("");
    }
    return roles;
  }

  private static void refuse(String detail) {
    throw new CannotStartException(
        "The property annals.roles must be one or more of commands, identity and worker, separated by"
            + " commas"
            + detail
            + ".");
  }

  /** Returns the role as configured. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
