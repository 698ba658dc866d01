package dev.annals.command.identity.erasure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.annals.base.problem.Problem;
import dev.annals.base.problem.Refusal;
import dev.annals.base.security.Role;
import dev.annals.command.CommandProblem;
import dev.annals.command.Database;
import dev.annals.command.identity.PasswordResetCommand.RequestPasswordReset;
import dev.annals.command.identity.People;
import dev.annals.command.identity.UserCommand.AssignRoles;
import dev.annals.command.identity.UserCommand.CompleteErasure;
import dev.annals.command.identity.UserCommand.DisableUser;
import dev.annals.command.identity.UserCommand.EnableUser;
import dev.annals.command.identity.UserCommand.EraseUser;
import dev.annals.command.identity.UserCommand.UpdateProfile;
import dev.annals.command.identity.Users;
import dev.annals.command.identity.account.Accounts;
import dev.annals.command.identity.session.Sessions;
import dev.annals.command.task.Todo;
import dev.annals.command.webhook.Hooks;
import dev.annals.eventstore.crypto.StoredSubjectKeys;
import dev.annals.eventstore.storage.ErasedSubjectException;
import dev.annals.files.ClaimedFile;
import dev.annals.files.FileStorage;
import dev.annals.files.SpooledFile;
import dev.annals.http.problem.Problems;
import dev.annals.http.web.IfMatch;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.core.ConditionFactory;
import org.axonframework.commandhandling.CommandBus;
import org.axonframework.commandhandling.gateway.CommandGateway;
import org.axonframework.common.Registration;
import org.axonframework.config.Configuration;
import org.axonframework.eventhandling.EventProcessor;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.springframework.context.ConfigurableApplicationContext;

/** Erases users in two processes that share one database, with failures in between. */
class ErasureTest {

  private static final String FUTURE = "2099-01-01T00:00:00Z";

  private static Database database;
  private static ConfigurableApplicationContext first;
  private static ConfigurableApplicationContext second;

  private UUID anna;
  private UUID bert;

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

  @BeforeEach
  void registerTwoUsers() {
    anna = People.register(first, UUID.randomUUID() + "@example.org");
    bert = People.register(first, UUID.randomUUID() + "@example.org");
  }

  @Test
  void removesAllDataOfTheUserAndNoneOfOthers() {
    anna = People.registerUnverified(first, UUID.randomUUID() + "@example.org");
    bert = People.registerUnverified(first, UUID.randomUUID() + "@example.org");
    for (UUID user : List.of(anna, bert)) {
      new Todo(first, user).create("Dig", FUTURE);
      new Todo(first, user).complete(new Todo(first, user).create("Sow", FUTURE));
      People.wants(first, user, true, "UTC", 7);
      Hooks.create(first, user);
      first
          .getBean(Sessions.class)
          .open(first.getBean(Accounts.class).find(user).orElseThrow(), "curl");
      first
          .getBean(CommandGateway.class)
          .sendAndWait(
              new RequestPasswordReset(
                  UUID.randomUUID(), user, Instant.parse("2099-01-01T00:00:00Z")));
      hold(user, "Of " + user);
      hold(user, "The same");
      snapshot(user);
    }
    eventually().untilAsserted(() -> assertThat(List.of(left(anna), left(bert))).containsOnly(15L));

    send(new EraseUser(anna));

    eventually().until(() -> left(anna) == 0);
    eventually().until(() -> events(anna).contains("ErasureCompleted"));
    assertThat(left(bert)).isEqualTo(15);
    assertThat(files("Of " + anna)).isFalse();
    assertThat(files("Of " + bert)).isTrue();
    assertThat(files("The same")).isTrue();
    assertThat(events(anna))
        .containsExactly("UserRegistered", "ProfileUpdated", "UserErased", "ErasureCompleted");
    assertThatThrownBy(() -> first.getBean(Users.class).find(anna)).isInstanceOf(Refusal.class);
    assertThat(first.getBean(Users.class).findEnabled(anna)).isEmpty();
    assertThat(first.getBean(Users.class).find(bert).displayName()).isEqualTo("Anna");
  }

  @Test
  void refusesEachChangeOfAnErasedUserAsNotFound() {
    send(new EraseUser(anna));

    for (Object command :
        List.of(
            new EraseUser(anna),
            new DisableUser(anna),
            new EnableUser(anna),
            new AssignRoles(anna, new IfMatch.AnyVersion(), Set.of()),
            new UpdateProfile(anna, new IfMatch.AnyVersion(), "Anna", false, null, null))) {
      assertThatThrownBy(() -> send(command))
          .isInstanceOfSatisfying(
              Refusal.class, no -> assertThat(no.problem()).isEqualTo(Problem.NOT_FOUND));
    }
  }

  @Test
  void refusesToEraseTheLastAdministrator() {
    UUID admin = admin();

    assertThatThrownBy(() -> send(new EraseUser(admin)))
        .isInstanceOfSatisfying(
            Refusal.class, no -> assertThat(no.problem()).isEqualTo(CommandProblem.LAST_ADMIN));
    assertThat(first.getBean(Users.class).find(admin).enabled()).isTrue();
    assertThat(jobs(admin)).isZero();

    admin();
    send(new EraseUser(admin));
  }

  @Test
  void changesNothingWhenTheEventIsNotStored() {
    Registration broken =
        first
            .getBean(CommandBus.class)
            .registerHandlerInterceptor(
                (unitOfWork, chain) -> {
                  Object done = chain.proceed();
                  if (unitOfWork.getMessage().getPayload() instanceof EraseUser) {
                    throw new IllegalStateException("broken");
                  }
                  return done;
                });

    assertThatThrownBy(() -> send(new EraseUser(anna))).hasMessage("broken");
    broken.cancel();

    assertThat(jobs(anna)).isZero();
    assertThat(first.getBean(StoredSubjectKeys.class).findErased(Set.of(anna))).isEmpty();
    assertThat(first.getBean(Users.class).find(anna).displayName()).isEqualTo("Anna");
    new Todo(second, anna).create("Dig", FUTURE);
  }

  @Test
  void retriesTheDeletionOfAFileUntilItSucceeds() throws IOException {
    hold(anna, "First " + anna);
    Path stuck = file(hold(anna, "Second " + anna).sha256());
    byte[] bytes = Files.readAllBytes(stuck);
    Files.delete(stuck);
    Files.createDirectories(stuck.resolve("in the way"));

    send(new EraseUser(anna));

    eventually().until(() -> failures(anna) >= 2);
    // The interval grows with the number of runs.
    eventually().until(() -> wake(anna, "9"));
    eventually().until(() -> waits(anna, "10", 24));
    assertThat(events(anna)).containsExactly("UserRegistered", "EmailVerified", "UserErased");

    Files.delete(stuck.resolve("in the way"));
    Files.delete(stuck);
    Files.write(stuck, bytes);

    eventually().until(() -> wake(anna, "0"));
    eventually().until(() -> jobs(anna) == 0);
    assertThat(stuck).doesNotExist();
    assertThat(files("First " + anna)).isFalse();
    assertThat(events(anna))
        .containsExactly("UserRegistered", "EmailVerified", "UserErased", "ErasureCompleted");
  }

  @Test
  void completesOnceAfterAFailureOfTheLastStep() {
    AtomicInteger attempts = new AtomicInteger();
    List<Registration> broken =
        List.of(first, second).stream()
            .map(
                node ->
                    node.getBean(CommandBus.class)
                        .registerHandlerInterceptor(
                            (unitOfWork, chain) -> {
                              if (unitOfWork.getMessage().getPayload()
                                      instanceof CompleteErasure command
                                  && command.userId().equals(anna)
                                  && attempts.incrementAndGet() == 1) {
                                throw new IllegalStateException("broken");
                              }
                              return chain.proceed();
                            }))
            .toList();
    send(new EraseUser(anna));

    eventually().until(() -> jobs(anna) == 0);
    assertThat(attempts).hasValue(2);
    broken.forEach(Registration::cancel);
    // Repeats the run as after a crash between the event and the end of the job.
    first.getBean(Erasure.class).complete(anna);
    assertThat(events(anna))
        .containsExactly("UserRegistered", "EmailVerified", "UserErased", "ErasureCompleted");
  }

  @Test
  void leavesNoDataOfAnErasedUserInLateProcessors() {
    Database own = Database.create();
    UUID erased;
    try (ConfigurableApplicationContext node = own.start()) {
      List.of("due-tasks", "overdue", "summary-subscriptions", "password-reset")
          .forEach(name -> processor(node, name).shutDown());
      erased = People.register(node, "anna@example.org");
      node.getBean(CommandGateway.class)
          .sendAndWait(Todo.creation(UUID.randomUUID(), erased, FUTURE));
      People.wants(node, erased, true, "UTC", 7);
      People.erase(node, erased);
    }
    try (ConfigurableApplicationContext node = own.start()) {
      // Once this event is handled, all earlier ones are.
      new Todo(node, People.register(node, "carl@example.org")).create("Dig", FUTURE);
      eventually()
          .untilAsserted(
              () ->
                  assertThat(count(own, "events.saga_entry where saga_type like '%OverdueSaga'"))
                      .isEqualTo(1));
      eventually().until(() -> count(own, "events.summary_subscription") == 0);
      assertThat(count(own, "events.due_task")).isEqualTo(1);
      assertThat(count(own, "events.scheduled_tasks where task_name = 'AxonDeadline'"))
          .isEqualTo(1);
    }
  }

  @Test
  void evictsTheKeyInAllProcesses() {
    StoredSubjectKeys elsewhere = second.getBean(StoredSubjectKeys.class);
    assertThat(elsewhere.find(anna)).isPresent();

    send(new EraseUser(anna));

    await()
        .atMost(Duration.ofSeconds(5))
        .pollInterval(Duration.ofMillis(20))
        .until(() -> elsewhere.find(anna).isEmpty());
    assertThat(elsewhere.find(bert)).isPresent();
  }

  @Test
  void storesNothingWithACachedKeyOfAnErasedUser() {
    StoredSubjectKeys elsewhere = second.getBean(StoredSubjectKeys.class);
    send(new EraseUser(anna));
    eventually().until(() -> elsewhere.find(anna).isEmpty());
    // Simulates a lost notification: the key is deleted, but cached.
    UUID carl = People.register(first, UUID.randomUUID() + "@example.org");
    assertThat(elsewhere.find(carl)).isPresent();
    database.jdbc().sql("delete from identity.subject_key where subject = ?").param(carl).update();
    assertThat(elsewhere.find(carl)).isPresent();

    assertThatThrownBy(() -> new Todo(second, carl).create("Dig", null))
        .isInstanceOf(ErasedSubjectException.class)
        .satisfies(
            refused -> assertThat(Problems.of(refused).problem()).isEqualTo(Problem.NOT_FOUND));
    assertThatThrownBy(() -> hold(carl, "Late")).isInstanceOf(Refusal.class);
    assertThat(count("attachment.file", "owner_id::text", carl.toString())).isZero();
  }

  @Test
  void waitsForATransactionThatStoresEventsOfTheUser() throws InterruptedException {
    CountDownLatch stored = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    Registration slow =
        second
            .getBean(CommandBus.class)
            .registerHandlerInterceptor(
                (unitOfWork, chain) -> {
                  Object answer = chain.proceed();
                  // The events are written, and not committed.
                  unitOfWork.onPrepareCommit(
                      committing -> {
                        stored.countDown();
                        await().forever().until(() -> goOn.getCount() == 0);
                      });
                  return answer;
                });
    UUID task = UUID.randomUUID();
    CompletableFuture<?> creation =
        CompletableFuture.runAsync(
            () ->
                second
                    .getBean(CommandGateway.class)
                    .sendAndWait(Todo.creations(task, UUID.randomUUID(), anna)));
    stored.await();
    slow.cancel();
    CompletableFuture<?> erasure = CompletableFuture.runAsync(() -> send(new EraseUser(anna)));
    eventually().until(ErasureTest::isWaitingForAKey);
    assertThat(erasure).isNotDone();

    goOn.countDown();

    creation.join();
    erasure.join();
    assertThat(positions(task, "TaskCreated")).singleElement().isNotNull();
    assertThat(positions(task, "TaskCreated").get(0))
        .isLessThan(positions(anna, "UserErased").get(0));
  }

  @RepeatedTest(5)
  void storesNoEventOfTheUserAfterTheErasure() {
    List<UUID> tasks = new CopyOnWriteArrayList<>();
    CompletableFuture<?> creations = CompletableFuture.runAsync(() -> createUntilRefused(tasks));
    eventually().until(() -> tasks.size() > 3);

    send(new EraseUser(anna));

    creations.join();
    long erased = positions(anna, "UserErased").get(0);
    assertThat(tasks)
        .flatExtracting(task -> positions(task, "TaskCreated"))
        .hasSizeGreaterThan(2)
        .allSatisfy(position -> assertThat(position).isLessThan(erased));
  }

  private void createUntilRefused(List<UUID> tasks) {
    CommandGateway commands = second.getBean(CommandGateway.class);
    try {
      while (true) {
        tasks.add(UUID.randomUUID());
        commands.sendAndWait(Todo.creation(tasks.get(tasks.size() - 1), anna, null));
      }
    } catch (RuntimeException refused) {
      assertThat(Problems.of(refused).problem()).isEqualTo(Problem.NOT_FOUND);
    }
  }

  private UUID admin() {
    return first
        .getBean(Users.class)
        .register(
            UUID.randomUUID() + "@example.org",
            "correct horse battery",
            "Ada",
            EnumSet.of(Role.ADMIN),
            false)
        .id();
  }

  private static void send(Object command) {
    first.getBean(CommandGateway.class).sendAndWait(command);
  }

  private static ClaimedFile hold(UUID owner, String text) {
    FileStorage storage = first.getBean(FileStorage.class);
    try (SpooledFile file =
        storage.spool(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)))) {
      return storage.store(owner, "a.txt", "text/plain", file);
    }
  }

  private static boolean files(String text) {
    try (SpooledFile file =
        first
            .getBean(FileStorage.class)
            .spool(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)))) {
      return Files.exists(file(file.sha256()));
    }
  }

  private static Path file(String sha256) {
    return Path.of(first.getEnvironment().getProperty("annals.attachments.folder"))
        .resolve("objects")
        .resolve(sha256.substring(0, 2))
        .resolve(sha256);
  }

  private static void snapshot(UUID user) {
    database
        .jdbc()
        .sql(
            """
            insert into events.snapshot_event_entry
            select aggregate_identifier, sequence_number, type, event_identifier, time_stamp, 'Old', '0',
                   payload, meta_data
            from events.domain_event_entry
            where sequence_number = 0 and events.origin(meta_data, 'actor') = ?
            """)
        .param(user.toString())
        .update();
  }

  /** Returns the number of rows of the user outside of the history. */
  private static long left(UUID user) {
    return count("identity.account", "user_id::text", user.toString())
        + count("identity.email_claim", "user_id::text", user.toString())
        + count("identity.reset_token", "user_id::text", user.toString())
        + count("identity.verification_token", "user_id::text", user.toString())
        + count("identity.session", "user_id::text", user.toString())
        + count("identity.webhook", "owner::text", user.toString())
        + count("identity.subject_key", "subject::text", user.toString())
        + count("attachment.file", "owner_id::text", user.toString())
        + count("events.due_task", "owner_id::text", user.toString())
        + count("events.summary_subscription", "user_id::text", user.toString())
        + count(
            "events.association_value_entry",
            // This saga of the tests is in each context.
            "case when saga_type like '%FailingSaga' then '' else association_value end",
            user.toString())
        + count(
            "events.snapshot_event_entry",
            "(select min(events.origin(meta_data, 'actor')) from events.domain_event_entry event"
                + " where event.aggregate_identifier = snapshot_event_entry.aggregate_identifier)",
            user.toString());
  }

  private static long count(String table, String column, String value) {
    return database
        .jdbc()
        .sql("select count(*) from " + table + " where " + column + " = ?")
        .param(value)
        .query(Long.class)
        .single();
  }

  private static List<String> events(UUID user) {
    return database
        .jdbc()
        .sql(
            """
            select events.simple_name(payload_type) from events.domain_event_entry
            where aggregate_identifier = ? order by sequence_number
            """)
        .param(user.toString())
        .query(String.class)
        .list();
  }

  private static List<Long> positions(UUID aggregate, String type) {
    return database
        .jdbc()
        .sql(
            """
            select global_index from events.domain_event_entry
            where aggregate_identifier = ? and events.simple_name(payload_type) = ?
            """)
        .params(aggregate.toString(), type)
        .query(Long.class)
        .list();
  }

  private static long jobs(UUID user) {
    return count("events.scheduled_tasks", "task_name || '/' || task_instance", "erasure/" + user);
  }

  /** Makes the erasure run now, after this number of earlier runs. */
  private static boolean wake(UUID user, String runs) {
    return database
            .jdbc()
            .sql(
                """
                update events.scheduled_tasks
                set execution_time = now(), task_data = convert_to(?, 'UTF8')
                where task_name = 'erasure' and task_instance = ? and not picked
                """)
            .params(runs, user.toString())
            .update()
        == 1;
  }

  private static boolean waits(UUID user, String runs, int seconds) {
    return database
        .jdbc()
        .sql(
            """
            select exists (
              select from events.scheduled_tasks
              where task_name = 'erasure' and task_instance = ? and convert_from(task_data, 'UTF8') = ?
              and execution_time between last_success + make_interval(secs => ?)
                and last_success + interval '26 s')
            """)
        .params(user.toString(), runs, seconds)
        .query(Boolean.class)
        .single();
  }

  private static int failures(UUID user) {
    return database
        .jdbc()
        .sql(
            """
            select coalesce(max(consecutive_failures), 0) from attachment.jobs
            where starts_with(task_instance, ?)
            """)
        .param(user.toString())
        .query(Integer.class)
        .optional()
        .orElse(0);
  }

  private static boolean isWaitingForAKey() {
    return database
        .jdbc()
        .sql(
            """
            select exists (select from pg_stat_activity
                           where datname = current_database() and wait_event_type = 'Lock'
                             and query like 'delete from identity.subject_key%')
            """)
        .query(Boolean.class)
        .single();
  }

  private static EventProcessor processor(ConfigurableApplicationContext node, String name) {
    return node.getBean(Configuration.class)
        .eventProcessingConfiguration()
        .eventProcessor(name)
        .orElseThrow();
  }

  private static long count(Database database, String rows) {
    return database.jdbc().sql("select count(*) from " + rows).query(Long.class).single();
  }

  private static ConditionFactory eventually() {
    return await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(20));
  }
}
