package dev.annals.command.identity.account;

import dev.annals.api.GeneratedAdmin;
import dev.annals.base.problem.Refusal;
import dev.annals.base.security.Role;
import dev.annals.base.start.CannotStartException;
import dev.annals.command.CommandProblem;
import dev.annals.command.identity.Users;
import dev.annals.events.identity.RolesAssigned;
import dev.annals.events.identity.UserRegistered;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.EnumSet;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventsourcing.eventstore.EventStore;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Component;

/**
 * Registers the first administrator at the start: the configured one, unless they are registered,
 * or a generated one if {@code annals.admin.generate} is set and no user is registered. The
 * password of a generated administrator is shown once.
 */
@Component
@EnableConfigurationProperties(FirstAdmin.Properties.class)
record FirstAdmin(
    Accounts accounts,
    Users users,
    EventStore store,
    ApplicationEventPublisher events,
    Properties properties)
    implements ApplicationRunner {

  /**
   * The first administrator.
   *
   * @param email the address of the first administrator, whom the start registers if the address is
   *     free; needs a password, and must not belong to a user who never was an administrator
   * @param password the password of the first administrator, with at least 12 characters and at
   *     most 72 bytes
   * @param generate whether the start generates an administrator, and shows the password once, if
   *     no user is registered
   */
  @ConfigurationProperties("annals.admin")
  record Properties(
      @DefaultValue("") String email,
      @DefaultValue("") String password,
      @DefaultValue("false") boolean generate) {}

  private static final String GENERATED_EMAIL = "admin@annals.localhost";
  private static final int GENERATED_PASSWORD_BYTES = 18;

  FirstAdmin {
    String email = properties.email();
    String password = properties.password();
    if (email.isEmpty() != password.isEmpty()) {
      throw new IllegalArgumentException(
          "annals.admin.email and annals.admin.password must both be set or both be empty");
    }
    if (!email.isEmpty() && !ValidEmail.Check.allows(email)) {
      throw new CannotStartException(
          "The property annals.admin.email is not an address such as admin@example.org with ASCII"
              + " characters before the @.");
    }
    if (!password.isEmpty() && !Passwords.allows(password)) {
      throw new IllegalArgumentException(
          "annals.admin.password must have at least 12 characters and at most 72 bytes");
    }
  }

  @Override
  public void run(ApplicationArguments arguments) {
    String email = properties.email();
    if (!email.isEmpty()) {
      boolean registered = accounts.find(email).isEmpty() && register(email, properties.password());
      if (!registered && accounts.find(email).stream().noneMatch(this::wasEverAdministrator)) {
        throw new CannotStartException(
            "The property annals.admin.email is the address of a user who never was an"
                + " administrator: set another address, or let an administrator assign the role"
                + " ADMIN to the user.");
      }
      verifyAdmin(email);
    } else if (properties.generate() && accounts.isEmpty()) {
      byte[] secret = new byte[GENERATED_PASSWORD_BYTES];
      new SecureRandom().nextBytes(secret);
      String generated = Base64.getUrlEncoder().encodeToString(secret);
      if (register(GENERATED_EMAIL, generated)) {
        events.publishEvent(new GeneratedAdmin(GENERATED_EMAIL, generated));
      }
    } else if (properties.generate()) {
      verifyAdmin(GENERATED_EMAIL);
    }
  }

  // A former administrator was disabled or lost the role through another one, and may be named.
  private boolean wasEverAdministrator(Accounts.Account account) {
    return store
        .readEvents(account.userId().toString(), 0)
        .asStream()
        .map(DomainEventMessage::getPayload)
        .anyMatch(
            event ->
                (event instanceof UserRegistered registered
                        && registered.roles().contains(Role.ADMIN))
                    || (event instanceof RolesAssigned assigned
                        && assigned.roles().contains(Role.ADMIN)));
  }

  // The account may be older than the verification of addresses.
  private void verifyAdmin(String address) {
    accounts
        .find(address)
        .map(account -> users.find(account.userId()))
        .filter(user -> user.roles().contains(Role.ADMIN) && !user.emailVerified())
        .ifPresent(user -> users.verify(user.id()));
  }

  private boolean register(String address, String secret) {
    try {
      users.register(address, secret, "Administrator", EnumSet.allOf(Role.class), true);
      return true;
    } catch (Refusal refusal) {
      if (refusal.problem() == CommandProblem.EMAIL_TAKEN) {
        // Another process registered the user at the same time.
        return false;
      }
      throw refusal;
    }
  }
}
