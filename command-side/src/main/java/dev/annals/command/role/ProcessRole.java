package dev.annals.command.role;

import dev.annals.platform.start.CannotStartException;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;

/**
 * A part of what the command side does. A process has some of them, and any number can have one.
 */
public enum ProcessRole {
  /** Takes the commands of the API. */
  COMMANDS,
  /** Registers people, logs them in and answers for who they are. */
  IDENTITY,
  /** Handles events, and runs jobs: sagas, mails, deadlines and schedules. */
  WORKER;

  static final String PROPERTY = "annals.roles";

  /**
   * Those of this process; all, unless it is configured.
   *
   * @throws CannotStartException if something else is configured
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
          .ifPresentOrElse(
              roles::add, () -> refuse(", and \"%s\" is none".formatted(name.strip())));
    }
    if (roles.isEmpty()) {
      refuse("");
    }
    return roles;
  }

  private static void refuse(String detail) {
    throw new CannotStartException(
        "The property annals.roles has to be some of commands, identity and worker, separated by"
            + " commas"
            + detail
            + ".");
  }

  /** As it is configured. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
