package dev.annals.command.identity;

import dev.annals.base.security.Role;
import dev.annals.command.identity.UserCommand.DisableUser;
import dev.annals.command.identity.UserCommand.EnableUser;
import dev.annals.command.identity.UserCommand.EraseUser;
import dev.annals.command.identity.UserCommand.UpdateProfile;
import dev.annals.http.web.IfMatch;
import java.util.EnumSet;
import java.util.List;
import java.util.UUID;
import org.axonframework.commandhandling.gateway.CommandGateway;
import org.springframework.context.ApplicationContext;

/** Registers and changes users in tests of other contexts. */
public final class People {

  private People() {}

  /** Registers Anna with a verified address. */
  public static UUID register(ApplicationContext node, String email) {
    return node.getBean(Users.class)
        .register(email, "correct horse battery", "Anna", EnumSet.of(Role.USER), true)
        .id();
  }

  /** Registers Anna with an unverified address, to which a verification mail is sent. */
  public static UUID registerUnverified(ApplicationContext node, String email) {
    return node.getBean(Users.class)
        .register(email, "correct horse battery", "Anna", EnumSet.of(Role.USER), false)
        .id();
  }

  /** Verifies the user's address. */
  public static void verify(ApplicationContext node, UUID user) {
    node.getBean(Users.class).verify(user);
  }

  /** Sets whether, in which time zone and at which hour the user gets a daily summary. */
  public static void wants(
      ApplicationContext node, UUID user, boolean dailySummary, String timeZone, int hour) {
    node.getBean(CommandGateway.class)
        .sendAndWait(
            new UpdateProfile(
                user, IfMatch.parse(List.of("*")), "Anna", dailySummary, timeZone, hour));
  }

  public static void erase(ApplicationContext node, UUID user) {
    node.getBean(CommandGateway.class).sendAndWait(new EraseUser(user));
  }

  public static void disable(ApplicationContext node, UUID user) {
    node.getBean(CommandGateway.class).sendAndWait(new DisableUser(user));
  }

  public static void enable(ApplicationContext node, UUID user) {
    node.getBean(CommandGateway.class).sendAndWait(new EnableUser(user));
  }
}
