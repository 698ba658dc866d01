package dev.annals.command.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.annals.command.Database;
import dev.annals.events.identity.Role;
import dev.annals.platform.problem.Problem;
import dev.annals.platform.problem.Refusal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.axonframework.commandhandling.gateway.CommandGateway;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Registrations on two command sides that share one database. */
class RegistrationTest {

  private static Database database;
  private static ConfigurableApplicationContext first;
  private static ConfigurableApplicationContext second;

  @BeforeAll
  static void startTwo() {
    database = Database.create();
    first = database.start();
    second = database.start();
  }

  @AfterAll
  static void stopThem() {
    second.close();
    first.close();
  }

  @Test
  void aUserIsWhatWasRegistered() {
    RegisterUser command = register("Anna@Example.org");

    UserDetails user = first.getBean(CommandGateway.class).sendAndWait(command);

    assertThat(Profile.of(user))
        .isEqualTo(
            new Profile(
                command.userId(),
                "Anna@Example.org",
                "Somebody",
                EnumSet.of(Role.USER),
                false,
                "UTC",
                7,
                0));
    assertThat(second.getBean(Users.class).find(command.userId())).isEqualTo(user);
    assertThat(second.getBean(Accounts.class).find("aNNA@eXAMPLE.ORG"))
        .contains(new Accounts.Account(command.userId(), "$2a$hash", true));
  }

  @Test
  void theEventHoldsNeitherThePasswordsHashNorThePersonInPlainText() {
    RegisterUser command = register("secret@example.org");
    first.getBean(CommandGateway.class).sendAndWait(command);

    String stored =
        new String(
            database
                .jdbc()
                .sql(
                    "select payload || meta_data from events.domain_event_entry where aggregate_identifier = ?")
                .param(command.userId().toString())
                .query(byte[].class)
                .single(),
            StandardCharsets.UTF_8);
    assertThat(stored)
        .contains(command.userId().toString())
        .doesNotContain("hash", "secret", "Somebody");
    assertThat(command.toString()).doesNotContain("hash");
  }

  @Test
  void ofTwentyWhoTakeOneAddressInAnyCaseOneGetsIt() throws Exception {
    List<Object> answers = new ArrayList<>();
    CountDownLatch start = new CountDownLatch(1);
    ExecutorService people = Executors.newFixedThreadPool(20);
    try {
      List<Future<Object>> registering = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        ConfigurableApplicationContext node = i % 2 == 0 ? first : second;
        RegisterUser command = register(i % 3 == 0 ? "bert@example.org" : "BERT@example.ORG");
        registering.add(
            people.submit(
                () -> {
                  start.await();
                  return node.getBean(CommandGateway.class).sendAndWait(command);
                }));
      }
      start.countDown();
      for (Future<Object> answer : registering) {
        try {
          answers.add(answer.get());
        } catch (ExecutionException e) {
          answers.add(e.getCause() instanceof Refusal refusal ? refusal.problem() : e.getCause());
        }
      }
    } finally {
      people.shutdownNow();
    }

    assertThat(answers).filteredOn(UserDetails.class::isInstance).hasSize(1);
    assertThat(answers).filteredOn(answer -> answer == Problem.EMAIL_TAKEN).hasSize(19);
  }

  @Test
  void aRefusedRegistrationLeavesNothing() {
    first.getBean(CommandGateway.class).sendAndWait(register("carl@example.org"));
    RegisterUser late = register("Carl@example.org");

    assertThatThrownBy(() -> first.getBean(CommandGateway.class).sendAndWait(late))
        .isInstanceOf(Refusal.class);

    JdbcClient jdbc = database.jdbc();
    for (String count :
        List.of(
            "select count(*) from events.domain_event_entry where aggregate_identifier = ?::text",
            "select count(*) from identity.email_claim where user_id = ?::uuid",
            "select count(*) from identity.account where user_id = ?::uuid",
            "select count(*) from identity.subject_key where subject = ?::uuid")) {
      assertThat(jdbc.sql(count).param(late.userId().toString()).query(Long.class).single())
          .as(count)
          .isZero();
    }
  }

  @Test
  void twoInstancesAgreeOnOneSigningKey() {
    assertThat(first.getBean(SigningKeys.class).current().kid())
        .isEqualTo(second.getBean(SigningKeys.class).current().kid());
    assertThat(second.getBean(SigningKeys.class).published()).hasSize(1);
  }

  private static RegisterUser register(String email) {
    return new RegisterUser(
        UUID.randomUUID(), email, "$2a$hash", "Somebody", EnumSet.of(Role.USER));
  }
}
