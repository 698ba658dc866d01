package dev.annals.command.identity.reset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.annals.base.problem.Refusal;
import dev.annals.base.security.Role;
import dev.annals.command.CommandProblem;
import dev.annals.command.MailServer;
import dev.annals.command.identity.TwoMailingProcesses;
import dev.annals.command.identity.UserCommand.ChangePassword;
import dev.annals.command.identity.UserCommand.DisableUser;
import dev.annals.command.identity.Users;
import dev.annals.command.identity.account.Accounts;
import dev.annals.command.identity.account.Passwords;
import dev.annals.command.identity.session.Sessions;
import dev.annals.jobs.mail.Mails;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.axonframework.commandhandling.gateway.CommandGateway;
import org.axonframework.config.EventProcessingConfiguration;
import org.axonframework.eventhandling.pooled.PooledStreamingEventProcessor;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.context.ConfigurableApplicationContext;

/** Resets passwords in two processes on one database, with outages of the mail server. */
class PasswordResetByMailTest extends TwoMailingProcesses {

  private static final Pattern LINK =
      Pattern.compile("http://localhost:\\d+/reset-password\\?token=([A-Za-z0-9_-]{43})");
  private static final String NEW_PASSWORD = "another horse battery";

  private UUID user;

  @BeforeEach
  void registerUser() {
    user =
        first
            .getBean(Users.class)
            .register(email, "correct horse battery", "Anna <b>", EnumSet.of(Role.USER), true)
            .id();
  }

  @Test
  void resetsThePasswordByTheLinkInAMail() {
    forgot(first);

    MailServer.Received mail = post.await(1, email).get(0);
    assertThat(mail.from()).isEqualTo("Annals <annals@localhost>");
    assertThat(mail.subject()).isEqualTo("A new password for Annals");
    assertThat(mail.text())
        .startsWith("Hello Anna <b>,")
        .contains("30 minutes")
        .contains("not you");
    assertThat(mail.html()).contains("Anna &lt;b&gt;").contains("30").contains("not you");
    String token = token(mail.text());
    assertThat(token(mail.html())).isEqualTo(token);
    eventually().until(() -> events("PasswordResetMailed") == 1);

    reset(second, token);

    assertThat(passwordIs(NEW_PASSWORD)).isTrue();
    refused(() -> reset(first, token));
    assertThat(post.await(2, email).get(1).subject())
        .isEqualTo("Your password for Annals was changed");
    eventually().untilAsserted(() -> assertThat(left()).isZero());
    assertThat(post.to(email)).hasSize(2);
  }

  @Test
  void retriesAMailUntilTheServerIsBackWithoutDelayOfOthers() {
    post.stop();
    forgot(first);
    eventually().until(() -> mailFailures(user) >= 2);
    String other = UUID.randomUUID() + "@example.org";
    UUID otherUser =
        first
            .getBean(Users.class)
            .register(other, "correct horse battery", "Bert", EnumSet.of(Role.USER), true)
            .id();
    forgot(second, other);
    eventually().until(() -> sagasOf(otherUser) == 1);

    post.start();

    String token = token(post.await(1, email).get(0).text());
    post.await(1, other);
    eventually().until(() -> events("PasswordResetMailed") == 1);
    assertThat(post.to(email)).hasSize(1);
    reset(first, token);
  }

  @Test
  void refusesTheTokenOfAnOlderRequest() {
    forgot(first);
    String older = token(post.await(1, email).get(0).text());

    forgot(second);
    refused(() -> reset(first, older));

    String newer = token(post.await(2, email).get(1).text());
    eventually().until(() -> sagas() == 1);
    refused(() -> reset(first, older));
    reset(first, newer);
  }

  @Test
  void sendsNoMailForARequestSupersededDuringAnOutage() {
    post.stop();
    forgot(first);
    forgot(second);
    eventually().until(() -> sagas() == 1 && mailFailures(user) >= 1);
    post.start();

    reset(first, token(post.await(1, email).get(0).text()));

    eventually().untilAsserted(() -> assertThat(left()).isZero());
    assertThat(events("PasswordResetMailed")).isEqualTo(1);
  }

  @Test
  void refusesATokenAfterHalfAnHour() {
    forgot(first);
    String token = token(post.await(1, email).get(0).text());
    jdbc.sql("update identity.reset_token set expires_at = expires_at - interval '30 minutes'")
        .update();

    refused(() -> reset(first, token));
    assertThat(passwordIs("correct horse battery")).isTrue();
  }

  @Test
  void acceptsOneOfTwentyConcurrentUsesOfAToken() {
    forgot(first);
    String token = token(post.await(1, email).get(0).text());
    AtomicInteger refused = new AtomicInteger();

    IntStream.range(0, 20)
        .parallel()
        .forEach(
            attempt -> {
              try {
                reset(attempt % 2 == 0 ? first : second, token);
              } catch (Refusal refusal) {
                refused.incrementAndGet();
              }
            });

    assertThat(refused).hasValue(19);
    assertThat(events("PasswordChanged")).isEqualTo(1);
  }

  @Test
  void endsAllSessions() {
    Sessions sessions = first.getBean(Sessions.class);
    sessions.open(first.getBean(Accounts.class).find(user).orElseThrow(), "browser");
    forgot(first);

    reset(second, token(post.await(1, email).get(0).text()));

    assertThat(sessions.of(user, UUID.randomUUID())).isEmpty();
  }

  @Test
  void sendsTheMailToTheRegisteredAddressInPunycode() {
    String name = UUID.randomUUID().toString();
    register(name + "+Anna@BÜCHER.example");

    forgot(first, name + "+anna@xn--bcher-kva.EXAMPLE");

    post.await(1, name + "+Anna@xn--bcher-kva.example");
  }

  @Test
  void sendsNoMailToAnAddressWithANonAsciiName() {
    String name = UUID.randomUUID().toString();
    user = register("š" + name + "@example.org");

    // The low byte of š is the letter a.
    forgot(first, "Š" + name + "@example.org");

    eventually().until(() -> refusals() == 1);
    eventually().until(() -> mailJobs(user) == 0);
    assertThat(post.to("a" + name + "@example.org")).isEmpty();
    assertThat(events("PasswordResetMailed")).isZero();
  }

  private static UUID register(String address) {
    return first
        .getBean(Users.class)
        .register(address, "correct horse battery", "Anna", EnumSet.of(Role.USER), false)
        .id();
  }

  /** Returns the number of refused mails in both processes. */
  private static double refusals() {
    return Stream.of(first, second)
        .mapToDouble(
            node ->
                node.getBean(MeterRegistry.class)
                    .counter("annals.mails", "kind", "password-reset", "outcome", "refused")
                    .count())
        .sum();
  }

  @Test
  void refusesATokenAfterAChangeOfThePassword() {
    forgot(first);
    String token = token(post.await(1, email).get(0).text());

    String hash = first.getBean(Accounts.class).find(user).orElseThrow().passwordHash();
    first
        .getBean(CommandGateway.class)
        .sendAndWait(new ChangePassword(user, "$2a$hash", hash, UUID.randomUUID()));

    refused(() -> reset(first, token));
    eventually().untilAsserted(() -> assertThat(left()).isZero());
  }

  @Test
  void dropsARequestThatExpiresDuringAnOutage() {
    post.stop();
    try (ConfigurableApplicationContext hasty =
        database.start(
            "--annals.identity.reset-lifetime=3s", post.settings()[0], post.settings()[1])) {
      forgot(hasty);
      eventually().until(() -> sagas() == 1 && mailFailures(user) >= 1);
      eventually().untilAsserted(() -> assertThat(left()).isZero());
    }
    post.start();

    forgot(first);
    reset(first, token(post.await(1, email).get(0).text()));
    assertThat(events("PasswordResetMailed")).isEqualTo(1);
  }

  @Test
  void refusesTheTokenOfADisabledUserAndSendsNoMail() {
    forgot(first);
    String token = token(post.await(1, email).get(0).text());
    first.getBean(CommandGateway.class).sendAndWait(new DisableUser(user));

    refused(() -> reset(first, token));
    forgot(first);

    assertThat(events("PasswordResetRequested")).isEqualTo(1);
    assertThat(post.to(email)).hasSize(1);
  }

  @Test
  void sendsNoMailToAUserDisabledDuringAnOutage() {
    post.stop();
    forgot(first);
    eventually().until(() -> mailFailures(user) >= 1);
    first.getBean(CommandGateway.class).sendAndWait(new DisableUser(user));
    post.start();

    eventually().until(() -> mailJobs(user) == 0);
    assertThat(post.to(email)).isEmpty();
    assertThat(events("PasswordResetMailed")).isZero();
  }

  @Test
  void doesNotRepeatARecordedMailAfterACrash() {
    forgot(first);
    String token = token(post.await(1, email).get(0).text());
    eventually().until(() -> events("PasswordResetMailed") == 1 && mailJobs(user) == 0);
    // The job of a process that crashed between the event and the deletion of the job.
    UUID request =
        jdbc.sql("select request_id from identity.reset_token where user_id = ?")
            .param(user)
            .query(UUID.class)
            .single();
    first
        .getBean(Mails.class)
        .schedule("password-reset", request, user, Instant.parse("2099-01-01T00:00:00Z"));

    eventually().until(() -> mailJobs(user) == 0);
    assertThat(post.to(email)).hasSize(1);
    reset(first, token);
  }

  @Test
  void sendsTheMailOfADeadProcess() {
    post.stop();
    forgot(first);
    eventually().until(() -> mailFailures(user) >= 1);
    // The job of a killed process.
    eventually()
        .until(
            () ->
                jdbc.sql(
                            """
                            update events.scheduled_tasks
                            set picked = true, picked_by = 'dead', last_heartbeat = now() - interval '1 minute',
                                execution_time = now() - interval '1 minute', version = version + 1
                            where task_name = 'mail' and not picked
                              and convert_from(task_data, 'UTF8') like ?
                            """)
                        .param("%" + user + "%")
                        .update()
                    == 1);
    post.start();

    await().atMost(Duration.ofSeconds(40)).until(() -> post.to(email).size() == 1);
    eventually().until(() -> events("PasswordResetMailed") == 1);
  }

  @Test
  void refusesToReplayProcessorsThatSendMails() {
    forgot(first);
    post.await(1, email);
    EventProcessingConfiguration processing = first.getBean(EventProcessingConfiguration.class);
    for (String name : List.of("password-reset", "password-notice")) {
      PooledStreamingEventProcessor processor =
          processing.eventProcessor(name, PooledStreamingEventProcessor.class).orElseThrow();
      assertThat(processor.supportsReset()).as(name).isFalse();
      assertThatThrownBy(processor::resetTokens).as(name).isInstanceOf(RuntimeException.class);
    }
    assertThat(post.to(email)).hasSize(1);
  }

  @Test
  void storesNoTokenInEventsJobsOrSagas() {
    post.stop();
    forgot(first);
    eventually().until(() -> mailFailures(user) >= 1);
    post.start();
    String token = token(post.await(1, email).get(0).text());
    String stored =
        String.join(
            "\n",
            jdbc.sql(
                    """
                    select convert_from(payload || meta_data, 'UTF8') from events.domain_event_entry
                    union all select convert_from(task_data, 'UTF8') from events.scheduled_tasks
                    union all select convert_from(serialized_saga, 'UTF8') from events.saga_entry
                    """)
                .query(String.class)
                .list());
    assertThat(stored).contains(user.toString()).doesNotContain(token, email, "Anna");
  }

  private void forgot(ConfigurableApplicationContext node) {
    forgot(node, email);
  }

  private static void forgot(ConfigurableApplicationContext node, String address) {
    assertThat(
            send(node, "", "/auth/forgot-password", "{\"email\":\"" + address + "\"}").statusCode())
        .isEqualTo(202);
  }

  private static void reset(ConfigurableApplicationContext node, String token) {
    node.getBean(PasswordResetController.class)
        .resetPassword(new PasswordResetController.NewPassword(token, NEW_PASSWORD));
  }

  private static void refused(Runnable use) {
    assertThatThrownBy(use::run)
        .isInstanceOfSatisfying(
            Refusal.class,
            refusal -> assertThat(refusal.problem()).isEqualTo(CommandProblem.INVALID_RESET_TOKEN));
  }

  private boolean passwordIs(String password) {
    return first
        .getBean(Passwords.class)
        .matches(
            email,
            password,
            first.getBean(Accounts.class).find(user).map(Accounts.Account::passwordHash));
  }

  private static String token(String text) {
    return find(LINK, text);
  }

  private long events(String type) {
    return count(
        """
        select count(*) from events.domain_event_entry
        where payload_type = 'dev.annals.events.identity.%s' and convert_from(payload, 'UTF8') like :user
        """
            .formatted(type));
  }

  private long sagas() {
    return sagasOf(user);
  }

  private long sagasOf(UUID userId) {
    return jdbc.sql(
            "select count(*) from events.association_value_entry where association_value = ?")
        .param(userId.toString())
        .query(Long.class)
        .single();
  }

  /** Returns the number of jobs and associations of the user, and of deadlines without a saga. */
  private long left() {
    return count(
        """
        select (select count(*) from events.scheduled_tasks where convert_from(task_data, 'UTF8') like :user)
             + (select count(*) from events.association_value_entry where :user like '%' || association_value || '%')
             + (select count(*) from events.scheduled_tasks deadline
                where task_name = 'AxonDeadline'
                  and not exists (select from events.saga_entry
                                  where convert_from(serialized_saga, 'UTF8') like '%' || task_instance || '%'))
        """);
  }

  private long count(String sql) {
    return jdbc.sql(sql).param("user", "%" + user + "%").query(Long.class).single();
  }
}
