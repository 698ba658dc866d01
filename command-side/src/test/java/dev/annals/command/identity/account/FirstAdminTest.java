package dev.annals.command.identity.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.annals.base.security.Role;
import dev.annals.base.start.CannotStartException;
import dev.annals.command.Database;
import dev.annals.command.identity.People;
import dev.annals.command.identity.UserCommand.AssignRoles;
import dev.annals.command.identity.UserCommand.DisableUser;
import dev.annals.command.identity.UserCommand.EraseUser;
import dev.annals.command.identity.UserDetails;
import dev.annals.command.identity.Users;
import dev.annals.http.web.IfMatch;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.axonframework.commandhandling.gateway.CommandGateway;
import org.axonframework.eventsourcing.eventstore.EventStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.context.ConfigurableApplicationContext;

class FirstAdminTest {

  private final Database database = Database.create();

  @Test
  void registersTheConfiguredAdministratorOnceWithAllRoles() {
    String[] settings = {
      "--annals.admin.email=root@example.org", "--annals.admin.password=correct horse battery"
    };
    UUID admin;
    try (ConfigurableApplicationContext node = database.start(settings)) {
      Accounts.Account account =
          node.getBean(Accounts.class).find("Root@Example.org").orElseThrow();
      admin = account.userId();
      UserDetails user = node.getBean(Users.class).find(admin);
      assertThat(user.roles()).containsExactlyInAnyOrder(Role.USER, Role.ADMIN, Role.AUDITOR);
      assertThat(user.emailVerified()).isTrue();
      assertThat(
              node.getBean(Passwords.class)
                  .matches("root", "correct horse battery", Optional.of(account.passwordHash())))
          .isTrue();
    }
    try (ConfigurableApplicationContext node = database.start(settings)) {
      assertThat(node.getBean(Accounts.class).find("root@example.org").orElseThrow().userId())
          .isEqualTo(admin);
    }
    assertThat(
            database
                .jdbc()
                .sql(
                    "select events.simple_name(payload_type) from events.domain_event_entry order by 1")
                .query(String.class)
                .list())
        .containsExactly("EmailVerified", "UserRegistered");
    assertThat(
            database
                .jdbc()
                .sql("select count(*) from events.scheduled_tasks where task_name = 'mail'")
                .query(Long.class)
                .single())
        .isZero();
  }

  @Test
  void doesNotVerifyAFormerAdministratorWithTheConfiguredAddress() {
    UUID stranger;
    try (ConfigurableApplicationContext node = database.start("--annals.admin.generate=true")) {
      stranger = People.registerUnverified(node, "root@example.org");
      CommandGateway commands = node.getBean(CommandGateway.class);
      commands.sendAndWait(
          new AssignRoles(stranger, IfMatch.version(0), EnumSet.of(Role.USER, Role.ADMIN)));
      commands.sendAndWait(new AssignRoles(stranger, IfMatch.version(1), EnumSet.of(Role.USER)));
      Accounts.Account generated =
          node.getBean(Accounts.class).find("admin@annals.localhost").orElseThrow();
      assertThat(node.getBean(Users.class).find(generated.userId()).emailVerified()).isTrue();
    }
    try (ConfigurableApplicationContext node =
        database.start(
            "--annals.admin.email=root@example.org",
            "--annals.admin.password=correct horse battery")) {
      assertThat(node.getBean(Users.class).find(stranger).emailVerified()).isFalse();
    }
  }

  @Test
  void registersNoUserWithoutConfiguration() {
    try (ConfigurableApplicationContext node = database.start()) {
      assertThat(node.getBean(Accounts.class).isEmpty()).isTrue();
    }
  }

  @Test
  void refusesTheAddressOfAUserWhoNeverWasAnAdministrator() {
    try (ConfigurableApplicationContext node = database.start()) {
      Users users = node.getBean(Users.class);
      CommandGateway commands = node.getBean(CommandGateway.class);
      Accounts accounts = node.getBean(Accounts.class);
      UUID stranger =
          users
              .register(
                  "Boss@bücher.example", "stranger's password", "Eve", EnumSet.of(Role.USER), false)
              .id();
      firstAdmin(node, "root@example.org").run(null);
      UUID root = accounts.find("root@example.org").orElseThrow().userId();

      for (String spelling : List.of("boss@BÜCHER.example", "boss@xn--bcher-kva.example")) {
        assertThatThrownBy(() -> firstAdmin(node, spelling).run(null))
            .isInstanceOf(CannotStartException.class)
            .hasMessage(
                "The property annals.admin.email is the address of a user who never was an"
                    + " administrator: set another address, or let an administrator assign the"
                    + " role ADMIN to the user.");
      }
      assertThat(users.find(stranger).roles()).containsExactly(Role.USER);
      assertThat(users.find(stranger).version()).isZero();

      commands.sendAndWait(
          new AssignRoles(stranger, new IfMatch.AnyVersion(), EnumSet.of(Role.ADMIN)));
      firstAdmin(node, "boss@bücher.example").run(null);

      // The configuration does not undo the changes of other administrators.
      commands.sendAndWait(
          new AssignRoles(root, new IfMatch.AnyVersion(), EnumSet.noneOf(Role.class)));
      firstAdmin(node, "root@example.org").run(null);
      commands.sendAndWait(new DisableUser(root));
      firstAdmin(node, "root@example.org").run(null);
      assertThat(accounts.find(root).orElseThrow().enabled()).isFalse();
      assertThat(users.find(root).roles()).isEmpty();
    }
  }

  @Test
  void registersTheAdministratorAgainAfterErasure() {
    try (ConfigurableApplicationContext node = database.start()) {
      firstAdmin(node, "root@example.org").run(null);
      firstAdmin(node, "other@example.org").run(null);
      UUID erased = node.getBean(Accounts.class).find("root@example.org").orElseThrow().userId();
      node.getBean(CommandGateway.class).sendAndWait(new EraseUser(erased));

      firstAdmin(node, "root@example.org").run(null);

      UUID admin = node.getBean(Accounts.class).find("root@example.org").orElseThrow().userId();
      assertThat(admin).isNotEqualTo(erased);
      assertThat(node.getBean(Users.class).find(admin).roles()).contains(Role.ADMIN);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"root", "ädmin@example.org", "\"root\"@example.org", "root@[127.0.0.1]"})
  void refusesAnAddressThatMailCannotBeSentTo(String email) {
    FirstAdmin.Properties properties =
        new FirstAdmin.Properties(email, "correct horse battery", false);

    assertThatThrownBy(() -> new FirstAdmin(null, null, null, null, properties))
        .isInstanceOf(CannotStartException.class)
        .hasMessage(
            "The property annals.admin.email is not an address such as admin@example.org with ASCII"
                + " characters before the @.");
  }

  private static FirstAdmin firstAdmin(ConfigurableApplicationContext node, String email) {
    return new FirstAdmin(
        node.getBean(Accounts.class),
        node.getBean(Users.class),
        node.getBean(EventStore.class),
        node,
        new FirstAdmin.Properties(email, "correct horse battery", false));
  }

  @Test
  void refusesAnAddressWithoutAPasswordOrWithAShortOne() {
    assertThatThrownBy(() -> database.start("--annals.admin.email=root@example.org"))
        .hasRootCauseMessage(
            "annals.admin.email and annals.admin.password must both be set or both be empty");
    assertThatThrownBy(
            () ->
                database.start(
                    "--annals.admin.email=root@example.org", "--annals.admin.password=short"))
        .hasRootCauseMessage(
            "annals.admin.password must have at least 12 characters and at most 72 bytes");
  }
}
