package dev.annals.jobs.saga;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import dev.annals.command.Database;
import dev.annals.command.identity.People;
import dev.annals.command.task.Todo;
import dev.annals.eventstore.crypto.StoredSubjectKeys;
import dev.annals.http.web.Page;
import dev.annals.http.web.Paging;
import dev.annals.jobs.saga.Sagas.Association;
import dev.annals.jobs.saga.Sagas.SagaView;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.awaitility.core.ConditionFactory;
import org.axonframework.config.Configuration;
import org.axonframework.eventhandling.EventProcessor;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;

class SagasTest {

  private static final String FUTURE = "2099-01-01T00:00:00Z";
  private static ConfigurableApplicationContext node;

  private final Sagas sagas = node.getBean(Sagas.class);
  private final JdbcClient jdbc = node.getBean(JdbcClient.class);

  @BeforeAll
  static void start() {
    node = Database.create().start(FailingSaga.class, FailingHandler.class);
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  @Test
  void listsSagasWithTheirAssociationsAndNextDeadline() {
    UUID user = UUID.randomUUID();
    Todo todo = todo(user);
    UUID waitedFor = todo.create("Dig", FUTURE);
    UUID done = todo.create("Sow", "2098-01-01T00:00:00Z");
    todo.complete(done);

    eventually()
        .untilAsserted(
            () ->
                assertThat(overdueSagas())
                    .extracting(SagaView::associations, SagaView::nextDeadline)
                    .contains(tuple(associations(waitedFor, user), Instant.parse(FUTURE)))
                    .noneMatch(saga -> saga.toString().contains(done.toString())));
    todo.reopen(done);
    eventually()
        .untilAsserted(
            () ->
                assertThat(overdueSagas())
                    .extracting(SagaView::associations, SagaView::nextDeadline)
                    .contains(
                        tuple(associations(done, user), Instant.parse("2098-01-01T00:00:00Z"))));
    assertThat(overdueSagas()).extracting(SagaView::type).containsOnly("OverdueSaga");
    Page<SagaView> one = sagas.page(Optional.empty(), new Paging(1, 1));
    assertThat(one.content()).hasSize(1);
    assertThat(one.page().totalElements()).isGreaterThan(2);
    assertThat(sagas.page(Optional.of("Saga"), new Paging(0, 10)).content()).isEmpty();
  }

  @Test
  void sagasFollowTheirTasksIfEventsAreHandledLateInOneBatch() {
    UUID user = UUID.randomUUID();
    Todo todo = todo(user);
    UUID reopened = todo.create("Dig", FUTURE);
    UUID done = todo.create("Sow", FUTURE);
    EventProcessor processor =
        node.getBean(Configuration.class)
            .eventProcessingConfiguration()
            .eventProcessor("overdue")
            .orElseThrow();
    processor.shutDown();
    todo.complete(reopened);
    todo.complete(done);
    todo.reopen(reopened);
    todo.reopen(done);
    todo.complete(done);
    UUID last = todo.create("Reap", FUTURE);

    processor.start();

    eventually()
        .untilAsserted(() -> assertThat(overdueSagas().toString()).contains(last.toString()));
    assertThat(overdueSagas())
        .filteredOn(saga -> saga.toString().contains(user.toString()))
        .extracting(SagaView::associations, SagaView::nextDeadline)
        .containsExactlyInAnyOrder(
            tuple(associations(reopened, user), Instant.parse(FUTURE)),
            tuple(associations(last, user), Instant.parse(FUTURE)));
  }

  @Test
  void anEventThatASagaFailsOnDelaysOnlyItsUserAndIsHandledInOrderLater() {
    UUID anna = UUID.randomUUID();
    UUID bert = UUID.randomUUID();
    Todo annas = todo(anna);
    Todo berts = todo(bert);
    UUID before = annas.create("Before", FUTURE);
    eventually().until(() -> FailingSaga.handled.contains(anna + " created 1"));
    // The user's later events would succeed.
    FailingSaga.failOn.add(anna + " started");
    annas.start(before);
    UUID task = annas.create("Dig", FUTURE);
    annas.complete(before);
    UUID other = berts.create("Sow", FUTURE);
    berts.complete(other);

    eventually().until(() -> FailingSaga.handled.contains(bert + " completed 2"));
    eventually().until(() -> parked() == 3 && failing() >= 1);
    Health health = node.getBean(SagaHealthIndicator.class).health();
    assertThat(health.getStatus()).isEqualTo(Status.UP);
    assertThat(health.getDetails()).containsOnlyKeys("failingEvents");
    assertThat(
            node.getBean(MeterRegistry.class)
                .counter("annals.job.failures", "job", "saga-event")
                .count())
        .isPositive();

    FailingSaga.failOn.clear();

    eventually().until(() -> parked() == 0);
    annas.complete(task);
    eventually().until(() -> FailingSaga.handled.contains(anna + " completed 2"));
    assertThat(FailingSaga.handled.stream().filter(it -> it.startsWith(anna.toString())))
        .containsExactly(
            anna + " created 1",
            anna + " started 2",
            anna + " created 1",
            anna + " completed 3",
            anna + " completed 2");
    eventually()
        .until(() -> node.getBean(SagaHealthIndicator.class).health().getDetails().isEmpty());
  }

  @Test
  void anErasureDiscardsTheUsersParkedEvents() {
    UUID anna = People.register(node, "anna@example.org");
    FailingSaga.failOn.add(anna + " started");
    Todo todo = new Todo(node, anna);
    UUID task = todo.create("Dig", FUTURE);
    todo.start(task);
    todo.complete(task);
    eventually().until(() -> parked() == 2 && failing() >= 1);

    People.erase(node, anna);

    eventually().until(() -> parked() == 0);
    eventually().until(() -> FailingSaga.handled.contains(anna + " erased 2"));
    eventually()
        .until(() -> node.getBean(SagaHealthIndicator.class).health().getDetails().isEmpty());
    FailingSaga.failOn.clear();
  }

  @Test
  void healthNamesAnotherFailingProcessorUntilItRecovers() {
    UUID user = UUID.randomUUID();
    FailingHandler.failOn.add(user);
    Instant before = Instant.now();
    todo(user).create("Secret", FUTURE);

    eventually().until(() -> processors().getDetails().containsKey("failing-handler"));
    assertThat(processors().getStatus()).isEqualTo(Status.UP);
    assertThat(processors().getDetails().get("failing-handler"))
        .asInstanceOf(InstanceOfAssertFactories.map(String.class, Object.class))
        .containsOnlyKeys("error", "failedAt")
        .containsEntry("error", "IllegalStateException")
        .extractingByKey("failedAt", InstanceOfAssertFactories.INSTANT)
        .isBetween(before.truncatedTo(ChronoUnit.MILLIS), Instant.now());
    eventually()
        .until(() -> lag("annals.processor.lag") > 0 && lag("annals.processor.lag.time") > 0);

    FailingHandler.failOn.clear();

    eventually().until(() -> !processors().getDetails().containsKey("failing-handler"));
    eventually()
        .until(() -> lag("annals.processor.lag") == 0 && lag("annals.processor.lag.time") == 0);
  }

  private static List<Association> associations(UUID task, UUID owner) {
    return List.of(
        new Association("taskId", task.toString()), new Association("userId", owner.toString()));
  }

  private static Health processors() {
    return ((HealthIndicator) node.getBean("processorsHealthIndicator")).health();
  }

  private static double lag(String name) {
    return node.getBean(MeterRegistry.class)
        .get(name)
        .tag("processor", "failing-handler")
        .gauge()
        .value();
  }

  private List<SagaView> overdueSagas() {
    return sagas.page(Optional.of("OverdueSaga"), new Paging(0, 100)).content();
  }

  private static Todo todo(UUID user) {
    node.getBean(StoredSubjectKeys.class).create(user);
    return new Todo(node, user);
  }

  private int parked() {
    return jdbc.sql("select count(*) from events.parked_event").query(Integer.class).single();
  }

  private int failing() {
    return jdbc.sql(
            """
            select count(*) from events.scheduled_tasks
            where task_name = 'saga-event' and consecutive_failures > 0
            """)
        .query(Integer.class)
        .single();
  }

  private static ConditionFactory eventually() {
    return await().atMost(Duration.ofSeconds(20)).pollInterval(Duration.ofMillis(20));
  }
}
