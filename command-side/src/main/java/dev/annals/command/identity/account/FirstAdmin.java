package dev.annals.command.identity.account;

import dev.annals.command.identity.Users;
import dev.annals.events.identity.Role;
import dev.annals.events.identity.RolesAssigned;
import dev.annals.events.identity.UserRegistered;
import dev.annals.platform.problem.Problem;
import dev.annals.platform.problem.Refusal;
import dev.annals.platform.start.CannotStartException;
import dev.annals.platform.start.GeneratedAdmin;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.EnumSet;
import org.axonframework.eventhandling.DomainEventMessage;
import org.axonframework.eventsourcing.eventstore.EventStore;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Component;

/**
 * Registers the first administrator: the configured one, unless they are there already, or, where
 * {@code annals.admin.generate} allows it and nobody is registered yet, one that is made up and
 * told once.
 */
@Component
@EnableConfigurationProperties(AdminProperties.class)
class FirstAdmin implements ApplicationRunner {

  private static final String MADE_UP_EMAIL = "admin@annals.localhost";
  private static final int MADE_UP_PASSWORD_BYTES = 18;

  private final Accounts accounts;
  private final Users users;
  private final EventStore store;
  private final ApplicationEventPublisher events;
  private final String email;
  private final String password;
  private final boolean generate;

  FirstAdmin(
      Accounts accounts,
      Users users,
      EventStore store,
      ApplicationEventPublisher events,
      AdminProperties properties) {
    String email = properties.email();
    String password = properties.password();
    if (email.isEmpty() != password.isEmpty()) {
      throw new IllegalArgumentException(
          "annals.admin.email and annals.admin.password must be set both or neither");
    }
    if (!email.isEmpty() && !ValidEmail.Check.allows(email)) {
      throw new CannotStartException(
          "The property annals.admin.email is not an address such as admin@example.org, its part"
              + " before the @ in ASCII.");
    }
    if (!password.isEmpty() && !Passwords.allows(password)) {
      throw new IllegalArgumentException(
          "annals.admin.password must have at least 12 characters and at most 72 bytes");
    }
    this.users = users;
    this.accounts = accounts;
    this.store = store;
    this.events = events;
    this.email = email;
    this.password = password;
    this.generate = properties.generate();
  }

  @Override
  public void run(ApplicationArguments arguments) {
    if (!email.isEmpty()) {
      boolean registered = accounts.find(email).isEmpty() && register(email, password);
      if (!registered && accounts.find(email).stream().noneMatch(this::wasEverAdministrator)) {
        throw new CannotStartException(
            "The property annals.admin.email has the address of a user who never was an"
                + " administrator: name another one, or have an administrator give them the role"
                + " ADMIN.");
      }
      vouchFor(email);
    } else if (generate && accounts.none()) {
      byte[] secret = new byte[MADE_UP_PASSWORD_BYTES];
      new SecureRandom().nextBytes(secret);
      String madeUp = Base64.getUrlEncoder().encodeToString(secret);
      if (register(MADE_UP_EMAIL, madeUp)) {
        events.publishEvent(new GeneratedAdmin(MADE_UP_EMAIL, madeUp));
      }
    } else if (generate) {
      vouchFor(MADE_UP_EMAIL);
    }
  }

  // Who was locked out or lost the role did so by another administrator, and is no stranger.
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

  // Their account may be older than verification is.
  private void vouchFor(String address) {
    accounts
        .find(address)
        .map(account -> users.find(account.userId()))
        .filter(user -> user.roles().contains(Role.ADMIN) && !user.emailVerified())
        .ifPresent(user -> users.verify(user.id()));
  }

  private boolean register(String address, String secret) {
    try {
      users.registerVerified(address, secret, "Administrator", EnumSet.allOf(Role.class));
      return true;
    } catch (Refusal refusal) {
      if (refusal.problem() == Problem.EMAIL_TAKEN) {
        // Another instance that started at the same time was quicker.
        return false;
      }
      throw refusal;
    }
  }
}
