package dev.annals.command.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.annals.command.Database;
import dev.annals.events.identity.Role;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.springframework.context.ConfigurableApplicationContext;

class FirstAdminTest {

  private final Database database = Database.create();

  @Test
  void isTheConfiguredOneOnceWithEveryRole() {
    String[] settings = {
      "--annals.admin.email=root@example.org", "--annals.admin.password=correct horse battery"
    };
    UUID admin;
    try (ConfigurableApplicationContext node = database.start(settings)) {
      Accounts.Account account =
          node.getBean(Accounts.class).find("Root@Example.org").orElseThrow();
      admin = account.userId();
      assertThat(node.getBean(Users.class).find(admin).roles())
          .containsExactlyInAnyOrder(Role.USER, Role.ADMIN, Role.AUDITOR);
      assertThat(
              node.getBean(Passwords.class)
                  .matches("correct horse battery", account.passwordHash()))
          .isTrue();
    }
    try (ConfigurableApplicationContext node = database.start(settings)) {
      assertThat(node.getBean(Accounts.class).find("root@example.org").orElseThrow().userId())
          .isEqualTo(admin);
    }
    assertThat(
            database
                .jdbc()
                .sql("select count(*) from events.domain_event_entry")
                .query(Long.class)
                .single())
        .isEqualTo(1);
  }

  @Test
  void isNobodyWhereNoneIsConfigured() {
    try (ConfigurableApplicationContext node = database.start()) {
      assertThat(node.getBean(Accounts.class).none()).isTrue();
    }
  }

  @Test
  void needsAnAddressAndAPasswordThatIsAllowed() {
    assertThatThrownBy(() -> database.start("--annals.admin.email=root@example.org"))
        .hasRootCauseMessage(
            "annals.admin.email and annals.admin.password must be set both or neither");
    assertThatThrownBy(
            () ->
                database.start(
                    "--annals.admin.email=root@example.org", "--annals.admin.password=short"))
        .hasRootCauseMessage(
            "annals.admin.password must have at least 12 characters and at most 72 bytes");
  }
}
