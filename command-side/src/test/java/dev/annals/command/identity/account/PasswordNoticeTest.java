package dev.annals.command.identity.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.annals.base.security.Role;
import dev.annals.command.Database;
import dev.annals.command.MailServer;
import dev.annals.command.identity.UserCommand.ChangePassword;
import dev.annals.command.identity.Users;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.UUID;
import org.axonframework.commandhandling.gateway.CommandGateway;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;

@ExtendWith(OutputCaptureExtension.class)
class PasswordNoticeTest {

  private final Database database = Database.create();
  private final MailServer post = new MailServer();

  @BeforeEach
  void start() {
    post.start();
  }

  @AfterEach
  void stop() {
    post.stop();
  }

  @Test
  void sendsAMailForEachChange() {
    try (ConfigurableApplicationContext node = database.start(post.settings())) {
      UUID anna = register(node, "anna@example.org");

      change(node, anna);
      post.await(1, "anna@example.org");
      change(node, anna);

      MailServer.Received mail = post.await(2, "anna@example.org").get(1);
      assertThat(mail.subject()).isEqualTo("Your password for Annals was changed");
      assertThat(mail.text()).startsWith("Hello Anna,").contains("It was not you?");
      assertThat(mail.html()).contains("Anna").contains("It was not you?");
    }
  }

  @Test
  void sendsAtMostTwentyMailsToAUserInAnHour(CapturedOutput log) {
    try (ConfigurableApplicationContext node = database.start(post.settings())) {
      UUID anna = register(node, "anna@example.org");
      for (int i = 0; i < 23; i++) {
        change(node, anna);
      }
      MeterRegistry metrics = node.getBean(MeterRegistry.class);
      await()
          .untilAsserted(
              () ->
                  assertThat(
                          metrics
                              .counter(
                                  "annals.mails", "kind", "password-notice", "outcome", "limited")
                              .count())
                      .isEqualTo(3));
      assertThat(post.await(20, "anna@example.org")).hasSize(20);
      assertThat(
              log.getOut()
                  .lines()
                  .filter(line -> line.contains("its user has reached the hourly maximum")))
          .hasSize(3)
          .allMatch(line -> line.contains("(password-notice) is dropped"));

      // The limit is per user.
      change(node, register(node, "bert@example.org"));
      post.await(1, "bert@example.org");
    }
  }

  @Test
  void sendsNoMailForAChangeBeforeTheUpgrade() {
    Flyway.configure().dataSource(database.dataSource()).target("2").load().migrate();
    UUID anna = UUID.fromString("00000000-0000-4000-8000-00000000000a");
    database
        .jdbc()
        .sql(
            """
            insert into events.domain_event_entry (event_identifier, aggregate_identifier, sequence_number,
                                                   type, time_stamp, payload_type, payload_revision, payload, meta_data)
            values ('00000000-0000-4000-8000-000000000001', ?, 0, 'User', ?,
                    'dev.annals.events.identity.PasswordChanged', '1',
                    convert_to('{"userId":"00000000-0000-4000-8000-00000000000a"}', 'UTF8'), convert_to('{}', 'UTF8'))
            """)
        .params(anna.toString(), Instant.now().toString())
        .update();

    try (ConfigurableApplicationContext node = database.start(post.settings())) {
      UUID bert = register(node, "bert@example.org");
      change(node, bert);
      post.await(1, "bert@example.org");

      await()
          .until(
              () ->
                  database
                          .jdbc()
                          .sql(
                              "select count(*) from events.scheduled_tasks where task_name = 'mail'")
                          .query(Long.class)
                          .single()
                      == 0);
      assertThat(
              database
                  .jdbc()
                  .sql("select processor_name from events.token_entry where segment = 0")
                  .query(String.class)
                  .list())
          .containsAll(List.of("password-reset", "password-notice"));
    }
  }

  private static UUID register(ConfigurableApplicationContext node, String email) {
    return node.getBean(Users.class)
        .register(email, "correct horse battery", "Anna", EnumSet.of(Role.USER), true)
        .id();
  }

  private static void change(ConfigurableApplicationContext node, UUID user) {
    String hash = node.getBean(Accounts.class).find(user).orElseThrow().passwordHash();
    node.getBean(CommandGateway.class)
        .sendAndWait(new ChangePassword(user, "$2a$hash", hash, UUID.randomUUID()));
  }
}
