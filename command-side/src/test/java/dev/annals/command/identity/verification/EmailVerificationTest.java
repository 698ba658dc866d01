package dev.annals.command.identity.verification;

import static org.assertj.core.api.Assertions.assertThat;

import dev.annals.base.problem.Refusal;
import dev.annals.base.security.Role;
import dev.annals.command.CommandProblem;
import dev.annals.command.Database;
import dev.annals.command.MailServer;
import dev.annals.command.identity.OpaqueToken;
import dev.annals.command.identity.PasswordResetCommand.RequestPasswordReset;
import dev.annals.command.identity.People;
import dev.annals.command.identity.TwoMailingProcesses;
import dev.annals.command.identity.UserCommand.ChangePassword;
import dev.annals.command.identity.UserCommand.UpdateProfile;
import dev.annals.command.identity.UserDetails;
import dev.annals.command.identity.Users;
import dev.annals.command.identity.account.Accounts;
import dev.annals.command.task.Todo;
import dev.annals.command.webhook.Hooks;
import dev.annals.http.web.IfMatch;
import dev.annals.jobs.mail.Mail;
import dev.annals.jobs.mail.MailJob;
import dev.annals.jobs.mail.MailWriter;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.axonframework.commandhandling.gateway.CommandGateway;
import org.junit.jupiter.api.Test;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;

/** Verifies addresses in two processes on one database, with outages of the mail server. */
class EmailVerificationTest extends TwoMailingProcesses {

  private static final String PASSWORD = "correct horse battery";
  private static final String TYPED = "Xyzzy";
  private static final String SUBJECT = "Verify your e-mail address for Annals";
  private static final Pattern LINK =
      Pattern.compile("(?m)^http://localhost:\\d+/verify-email\\?token=([A-Za-z0-9_-]{43})$");

  @Test
  void verifiesTheAddressOnceByTheLinkInAMailWithoutAName() {
    UUID user = register();

    MailServer.Received mail = post.await(1, email).get(0);
    assertThat(mail.subject()).isEqualTo(SUBJECT);
    assertThat(mail.text()).startsWith("Hello,\n").contains("24 hours").contains("not you");
    assertThat(mail.html()).contains("<p>Hello,</p>").contains("24").contains("not you");
    assertThat(mail.text() + mail.html()).doesNotContain(TYPED);
    String token = token(mail);
    assertThat(mail.html()).contains("/verify-email?token=" + token);
    assertThat(user(user).emailVerified()).isFalse();
    assertThat(user(user).version()).isZero();

    assertThat(verify(second, token)).isEqualTo(204);

    assertThat(user(user).emailVerified()).isTrue();
    assertThat(user(user).version()).isEqualTo(1);
    assertThat(events(user)).containsExactly("UserRegistered", "EmailVerified");
    assertThat(verify(first, token)).isEqualTo(400);
    assertThat(user(user).version()).isEqualTo(1);
    assertThat(tokens(user)).isZero();
    eventually().until(() -> mailJobs(user) == 0);
    assertThat(post.to(email)).hasSize(1);
  }

  @Test
  void retriesAMailUntilTheServerIsBack() {
    post.stop();
    UUID user = register();
    eventually().until(() -> mailFailures(user) >= 1);

    post.start();

    assertThat(verify(first, token(post.await(1, email).get(0)))).isEqualTo(204);
    eventually().until(() -> mailJobs(user) == 0);
    assertThat(post.to(email)).hasSize(1);
  }

  @Test
  void refusesTheLinkOfAnEarlierMail() {
    UUID user = register();
    String older = token(post.await(1, email).get(0));

    assertThat(resend(first, signIn()).statusCode()).isEqualTo(202);

    assertThat(verify(first, older)).isEqualTo(400);
    String newer = token(post.await(2, email).get(1));
    assertThat(verify(second, older)).isEqualTo(400);
    assertThat(user(user).version()).isZero();
    assertThat(verify(second, newer)).isEqualTo(204);
  }

  @Test
  void sendsOneMailForTwoRequestsDuringAnOutage() {
    post.stop();
    UUID user = register();
    eventually().until(() -> mailFailures(user) >= 1);
    resend(second, signIn());
    post.start();

    assertThat(verify(first, token(post.await(1, email).get(0)))).isEqualTo(204);
    eventually().until(() -> mailJobs(user) == 0);
    assertThat(post.to(email)).hasSize(1);
  }

  @Test
  void limitsResentMailsToThreeAnHourBesidesTheFirst() {
    UUID user = register();
    String token = signIn();
    for (int left = 2; left >= 0; left--) {
      HttpResponse<String> sent = resend(first, token);
      assertThat(sent.statusCode()).isEqualTo(202);
      assertThat(sent.headers().firstValue("RateLimit-Policy"))
          .hasValue("\"verify-email\";q=3;w=3600");
      assertThat(sent.headers().firstValue("RateLimit").orElseThrow())
          .startsWith("\"verify-email\";r=" + left + ";t=");
    }

    HttpResponse<String> refused = resend(first, token);

    assertThat(refused.statusCode()).isEqualTo(429);
    assertThat(refused.body()).contains("quota-exceeded", "\"verify-email\"");
    assertThat(Integer.parseInt(refused.headers().firstValue("Retry-After").orElseThrow()))
        .isBetween(3500, 3600);
    eventually().until(() -> mailJobs(user) == 0);
    // Mails may arrive in another order.
    assertThat(post.to(email).stream().map(mail -> verify(first, token(mail))))
        .containsOnlyOnce(204);
    // The limit is checked before the conflict.
    assertThat(resend(first, token).statusCode()).isEqualTo(429);
  }

  @Test
  void refusesToResendToAVerifiedAddressWithoutSpendingTheLimit() {
    UUID user = register();
    String token = signIn();
    assertThat(verify(first, token(post.await(1, email).get(0)))).isEqualTo(204);

    for (int i = 0; i < 5; i++) {
      HttpResponse<String> refused = resend(first, token);
      assertThat(refused.statusCode()).isEqualTo(409);
      assertThat(refused.body()).contains("urn:problem:already-verified");
      assertThat(refused.headers().firstValue("RateLimit")).hasValue("\"verify-email\";r=3;t=3600");
    }
    assertThat(mailJobs(user)).isZero();
    assertThat(tokens(user)).isZero();
  }

  @Test
  void refusesALinkAfterADay() {
    UUID user = register();
    String token = token(post.await(1, email).get(0));
    expire(user, "23 hours 59 minutes");
    assertThat(first.getBean(EmailVerification.class).userOf(new OpaqueToken(token)))
        .contains(user);

    expire(user, "1 minute");

    assertThat(verify(first, token)).isEqualTo(400);
    assertThat(user(user).emailVerified()).isFalse();
  }

  @Test
  void refusesTheLinkOfADisabledOrErasedUser() {
    UUID user = register();
    String token = token(post.await(1, email).get(0));

    People.disable(first, user);
    assertThat(verify(first, token)).isEqualTo(400);
    People.enable(first, user);
    assertThat(first.getBean(EmailVerification.class).userOf(new OpaqueToken(token)))
        .contains(user);
    People.erase(first, user);
    assertThat(verify(first, token)).isEqualTo(400);

    assertThat(tokens(user)).isZero();
    assertThat(events(user)).doesNotContain("EmailVerified");
  }

  @Test
  void sendsNoMailToAUserErasedDuringAnOutage() {
    post.stop();
    UUID user = register();
    eventually().until(() -> mailFailures(user) >= 1);
    People.erase(first, user);
    post.start();

    eventually().until(() -> mailJobs(user) == 0);
    assertThat(post.to(email)).isEmpty();
  }

  @Test
  void acceptsOneOfTwentyConcurrentUsesOfALink() {
    UUID user = register();
    String token = token(post.await(1, email).get(0));
    AtomicInteger refused = new AtomicInteger();

    IntStream.range(0, 20)
        .parallel()
        .forEach(
            attempt -> {
              try {
                (attempt % 2 == 0 ? first : second)
                    .getBean(EmailVerificationController.class)
                    .verify(new EmailVerificationController.MailedToken(token));
              } catch (Refusal refusal) {
                assertThat(refusal.problem()).isEqualTo(CommandProblem.INVALID_VERIFICATION_TOKEN);
                refused.incrementAndGet();
              }
            });

    assertThat(refused).hasValue(19);
    assertThat(user(user).version()).isEqualTo(1);
  }

  @Test
  void verifiesTheAddressByAPasswordResetInOneEvent() {
    UUID user = register();
    String verification = token(post.await(1, email).get(0));

    resetPassword(user, 2);

    assertThat(user(user).emailVerified()).isTrue();
    assertThat(user(user).version()).isEqualTo(1);
    assertThat(events(user)).containsExactly("UserRegistered", "PasswordChanged");
    assertThat(verify(first, verification)).isEqualTo(400);
    assertThat(post.await(3, email).get(2).text()).startsWith("Hello " + TYPED + " <b>,");
    resetPassword(user, 4);
    assertThat(user(user).version()).isEqualTo(2);
  }

  @Test
  void doesNotVerifyTheAddressByAChangeOfThePassword() {
    UUID user = register();
    String verification = token(post.await(1, email).get(0));

    String old = first.getBean(Accounts.class).find(user).orElseThrow().passwordHash();
    first
        .getBean(CommandGateway.class)
        .sendAndWait(new ChangePassword(user, "$2a$hash", old, UUID.randomUUID()));

    assertThat(user(user).emailVerified()).isFalse();
    assertThat(verify(first, verification)).isEqualTo(204);
  }

  @Test
  void mailsNoTextOfTheUserToAnUnverifiedAddress() {
    post.stop(); // A sent mail is not written again.
    UUID user = register();
    first
        .getBean(CommandGateway.class)
        .sendAndWait(
            new UpdateProfile(user, new IfMatch.AnyVersion(), TYPED + " again", true, null, null));
    new Todo(first, user).create(TYPED, "2020-01-01T00:00:00Z");
    UUID reset = UUID.randomUUID();
    first
        .getBean(CommandGateway.class)
        .sendAndWait(new RequestPasswordReset(reset, user, Instant.parse("2099-01-01T00:00:00Z")));
    // The id of a job of each kind. A new kind needs a line here.
    Map<String, UUID> jobs =
        Map.of(
            "email-verification", request(user),
            "password-reset", reset,
            "password-notice", UUID.randomUUID(),
            "daily-summary", UUID.randomUUID(),
            "webhook-disabled", Hooks.createDisabled(first, user, TYPED));
    var writers = first.getBeanProvider(MailWriter.class).stream().toList();
    assertThat(writers).extracting(MailWriter::kind).hasSameElementsAs(jobs.keySet());

    for (MailWriter writer : writers) {
      Optional<Mail> mail =
          writer.write(
              new MailJob(
                  writer.kind(),
                  jobs.get(writer.kind()),
                  user,
                  Instant.parse("2099-01-01T00:00:00Z"),
                  false));
      assertThat(mail.isPresent())
          .as(writer.kind())
          .isEqualTo(!writer.kind().equals("daily-summary"));
      assertThat(mail.map(it -> it.subject() + it.values()).orElse(""))
          .as(writer.kind())
          .doesNotContain(TYPED);
    }
  }

  @Test
  void mailsEachSubscriberOnceAndVerifiesTheAdministratorAtTheUpgrade() {
    Database older = Database.create();
    String gets = UUID.randomUUID() + "@example.org";
    String doesNot = UUID.randomUUID() + "@example.org";
    String lockedOut = UUID.randomUUID() + "@example.org";
    String root = UUID.randomUUID() + "@example.org";
    UUID user;
    post.stop();
    try (ConfigurableApplicationContext node = older.start(post.settings())) {
      user = People.registerUnverified(node, gets);
      People.wants(node, user, true, "UTC", 7);
      UUID locked = People.registerUnverified(node, lockedOut);
      People.wants(node, locked, true, "UTC", 7);
      People.disable(node, locked);
      People.registerUnverified(node, doesNot);
      node.getBean(Users.class).register(root, PASSWORD, "Root", EnumSet.allOf(Role.class), false);
      eventually()
          .until(
              () ->
                  count(older, "events.summary_subscription where next_at is null") == 1
                      && count(older, "events.summary_subscription") == 2);
    }
    for (String before :
        List.of(
            "alter table identity.account drop column verified",
            "drop table identity.verification_token",
            "delete from events.scheduled_tasks where task_name = 'mail'")) {
      older.jdbc().sql(before).update();
    }

    new ResourceDatabasePopulator(new ClassPathResource("db/migration/V17__verified_addresses.sql"))
        .execute(older.dataSource());

    post.start();
    try (ConfigurableApplicationContext node =
        older.start(
            post.settings()[0],
            post.settings()[1],
            "--annals.admin.email=" + root,
            "--annals.admin.password=" + PASSWORD)) {
      assertThat(
              node.getBean(Users.class)
                  .find(node.getBean(Accounts.class).find(root).orElseThrow().userId())
                  .emailVerified())
          .isTrue();
      MailServer.Received mail = post.await(1, gets).get(0);
      assertThat(mail.subject()).isEqualTo(SUBJECT);
      assertThat(verify(node, token(mail))).isEqualTo(204);
      assertThat(node.getBean(Users.class).find(user).emailVerified()).isTrue();
      eventually()
          .until(() -> count(older, "events.scheduled_tasks where task_name = 'mail'") == 0);
      assertThat(post.to(gets)).hasSize(1);
      assertThat(post.to(doesNot)).isEmpty();
      assertThat(post.to(lockedOut)).isEmpty();
      assertThat(post.to(root)).isEmpty();
    }
  }

  private UUID register() {
    return first
        .getBean(Users.class)
        .register(email, PASSWORD, TYPED + " <b>", EnumSet.of(Role.USER), false)
        .id();
  }

  private static UserDetails user(UUID user) {
    return second.getBean(Users.class).find(user);
  }

  /** Resets the password by the link in the mail with this number to the user. */
  private void resetPassword(UUID user, int number) {
    first
        .getBean(CommandGateway.class)
        .sendAndWait(
            new RequestPasswordReset(
                UUID.randomUUID(), user, Instant.parse("2099-01-01T00:00:00Z")));
    MailServer.Received mail = post.await(number, email).get(number - 1);
    assertThat(mail.text()).startsWith(number == 2 ? "Hello,\n" : "Hello " + TYPED + " <b>,\n");
    String token =
        find(Pattern.compile("/reset-password\\?token=([A-Za-z0-9_-]{43})"), mail.text());
    String body = "{\"token\":\"" + token + "\",\"newPassword\":\"another horse battery\"}";
    assertThat(send(first, "", "/auth/reset-password", body).statusCode()).isEqualTo(204);
  }

  private static String token(MailServer.Received mail) {
    assertThat(mail.subject()).isEqualTo(SUBJECT);
    return find(LINK, mail.text());
  }

  private static int verify(ConfigurableApplicationContext node, String token) {
    return send(node, "", "/auth/verify-email", "{\"token\":\"" + token + "\"}").statusCode();
  }

  private static HttpResponse<String> resend(ConfigurableApplicationContext node, String token) {
    return send(node, "Bearer " + token, "/auth/verify-email/resend", "");
  }

  private String signIn() {
    String tokens =
        send(
                first,
                "",
                "/auth/login",
                "{\"email\":\"" + email + "\",\"password\":\"" + PASSWORD + "\"}")
            .body();
    return find(Pattern.compile("\"accessToken\":\"([^\"]+)\""), tokens);
  }

  private void expire(UUID user, String sooner) {
    jdbc.sql(
            "update identity.verification_token set expires_at = expires_at - ?::interval where user_id = ?")
        .params(sooner, user)
        .update();
  }

  private UUID request(UUID user) {
    return jdbc.sql("select request_id from identity.verification_token where user_id = ?")
        .param(user)
        .query(UUID.class)
        .single();
  }

  private long tokens(UUID user) {
    return jdbc.sql("select count(*) from identity.verification_token where user_id = ?")
        .param(user)
        .query(Long.class)
        .single();
  }

  private List<String> events(UUID user) {
    return jdbc.sql(
            """
            select events.simple_name(payload_type) from events.domain_event_entry
            where aggregate_identifier = ? order by sequence_number
            """)
        .param(user.toString())
        .query(String.class)
        .list();
  }

  private static long count(Database database, String rows) {
    return database.jdbc().sql("select count(*) from " + rows).query(Long.class).single();
  }
}
