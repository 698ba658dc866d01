package dev.annals.push.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import dev.annals.base.problem.Problem;
import dev.annals.base.problem.Refusal;
import dev.annals.eventstore.axon.StoredEvents;
import dev.annals.http.security.Caller;
import dev.annals.http.time.PeriodicTasks;
import dev.annals.http.web.Paging;
import dev.annals.push.NotificationView;
import dev.annals.servers.MovingClock;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.core.io.ClassPathResource;
import org.springframework.dao.CannotAcquireLockException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.init.ResourceDatabasePopulator;
import org.springframework.jdbc.datasource.init.ScriptUtils;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionCallback;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.json.JsonMapper;

/** Deliveries of notifications in memory, with a real PostgreSQL and real receivers. */
class DeliveriesTest {

  private static final UUID ANN = new UUID(1, 1);
  private static final UUID BEN = new UUID(1, 2);
  private static final UUID HOOK = new UUID(2, 1);
  private static final Instant START = Instant.parse("2026-03-01T10:00:00Z");
  private static final JsonMapper JSON = JsonMapper.shared();

  private static EmbeddedPostgres postgres;
  private static HikariDataSource database;
  private static JdbcClient jdbc;
  private static PlatformTransactionManager manager;

  private final MovingClock clock = new MovingClock(START);
  private final TestNotifications inbox = new TestNotifications(jdbc, clock);
  private final TestWebhooks webhooks = new TestWebhooks();
  private final Receiver receiver = new Receiver(Receiver.status(200));
  private final List<Instance> instances = new ArrayList<>();
  private final Instance instance = start();

  @BeforeAll
  static void startPostgres() throws Exception {
    postgres = EmbeddedPostgres.start();
    database = new HikariDataSource();
    database.setDataSource(postgres.getPostgresDatabase());
    jdbc = JdbcClient.create(database);
    manager = new DataSourceTransactionManager(database);
    ResourceDatabasePopulator schema =
        new ResourceDatabasePopulator(
            new ClassPathResource("db/chassis/V0_1__events.sql"),
            new ClassPathResource("db/chassis/V0_5__deliveries.sql"));
    schema.setSeparator(ScriptUtils.EOF_STATEMENT_SEPARATOR);
    schema.execute(database);
  }

  @AfterAll
  static void stopPostgres() throws Exception {
    database.close();
    postgres.close();
  }

  @BeforeEach
  void empty() {
    jdbc.sql(
            """
            truncate push.webhook_cursor, push.delivery, push.webhook_pause, events.domain_event_entry
            restart identity
            """)
        .update();
  }

  @AfterEach
  void stop() {
    receiver.close();
    instances.forEach(Instance::stop);
  }

  @Test
  void deliversANotificationOnce() {
    enabled(HOOK, ANN);
    NotificationView added = inbox.add(ANN, "BookAdded");
    instance.announce(ANN, added);

    DeliveryView delivery = awaitDeliveries(HOOK, "DELIVERED").get(0);

    assertThat(delivery)
        .isEqualTo(
            new DeliveryView(
                delivery.id(),
                1L,
                "BookAdded",
                1,
                Delivery.State.DELIVERED,
                200,
                null,
                START,
                null));
    assertThat(receiver.requests()).hasSize(1);
    Receiver.Request request = receiver.requests().get(0);
    assertThat(request.id()).isEqualTo(added.id());
    assertThat(request.headers())
        .containsEntry("webhook-timestamp", "1772359200")
        .containsEntry("content-type", "application/json");
    assertThat(request.headers().get("webhook-signature")).matches("v1,[^ ]{44} v1,[^ ]{44}");
    assertThat(JSON.readTree(request.body()))
        .isEqualTo(
            JSON.readTree(
                """
                {"id": "%s", "sequence": 1, "type": "BookAdded",
                 "resource": {"kind": "book", "id": "00000000-0000-0009-0000-000000000009", "version": 3, "title": "Emma"},
                 "occurredAt": "2026-03-01T10:00:00Z", "read": false}
                """
                    .formatted(added.id())));
    assertThat(instance.metrics.counter("annals.webhook.attempts", "outcome", "delivered").count())
        .isEqualTo(1);
  }

  @Test
  void deliversTheWantedTypesOnly() {
    put(HOOK, ANN, Set.of("BookLent"), 0);
    inbox.add(ANN, "BookAdded");
    NotificationView wanted = inbox.add(ANN, "BookLent");
    instance.announce(ANN, wanted);

    awaitDeliveries(HOOK, "DELIVERED");

    assertThat(ids()).containsExactly(wanted.id());
  }

  @Test
  void deliversWhatHappenedAfterTheWebhookWasMade() {
    LongStream.range(0, 300).forEach(i -> inbox.add(ANN, "BookAdded"));
    String late = inbox.event(UUID.randomUUID(), 0);
    enabled(HOOK, ANN);
    // Numbered later, although its event came before.
    inbox.add(ANN, late, "BookAdded");
    NotificationView first = inbox.add(ANN, "BookAdded");
    NotificationView second = inbox.add(ANN, "BookAdded");
    instance.dispatcher.look();

    awaitDeliveries(HOOK, "DELIVERED", "DELIVERED");

    assertThat(ids()).containsExactlyInAnyOrder(first.id(), second.id());
  }

  @Test
  void deliversEachNotificationOnceWithTwoInstances() {
    Instance other = start();
    UUID second = new UUID(2, 2);
    enabled(HOOK, ANN);
    enabled(second, ANN);
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < 150; i++) {
      NotificationView added = inbox.add(ANN, "BookAdded");
      expected.addAll(List.of(added.id(), added.id()));
      List.of(instance, other).get(i % 2).announce(ANN, added);
    }
    instance.tasks.runAfter(Duration.ZERO, instance.dispatcher::look);
    other.dispatcher.look();

    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(receiver.requests()).hasSize(300));
    await().until(() -> instance.count("state = 'DELIVERED' and attempts = 1") == 300);
    assertThat(ids()).containsExactlyInAnyOrderElementsOf(expected);
  }

  @Test
  void followsTheSchedule() {
    receiver.answer(Receiver.status(503));
    enabled(HOOK, ANN);
    instance.announce(ANN, inbox.add(ANN, "BookAdded"));
    List<Long> delays = new ArrayList<>();
    for (int attempt = 1; attempt < 10; attempt++) {
      int made = attempt;
      await().until(() -> deliveries(HOOK).stream().anyMatch(it -> it.attempts() == made));
      DeliveryView pending = deliveries(HOOK).get(0);
      assertThat(pending.state()).isEqualTo(Delivery.State.PENDING);
      assertThat(pending.error()).isEqualTo("Answered with the status 503");
      assertThat(pending.responseStatus()).isEqualTo(503);
      assertThat(pending.lastAttemptAt()).isEqualTo(clock.instant());
      delays.add(Duration.between(pending.lastAttemptAt(), pending.nextAttemptAt()).toSeconds());
      clock.move(Duration.between(pending.lastAttemptAt(), pending.nextAttemptAt()));
      instance.awaitIdle();
      instance.runner.wake();
    }

    DeliveryView failed = awaitDeliveries(HOOK, "FAILED").get(0);

    assertThat(delays)
        .containsExactly(5L, 300L, 1_800L, 7_200L, 18_000L, 36_000L, 50_400L, 72_000L, 86_400L);
    assertThat(failed.attempts()).isEqualTo(10);
    assertThat(failed.nextAttemptAt()).isNull();
    assertThat(Set.copyOf(ids())).hasSize(1);
    assertThat(receiver.requests()).hasSize(10);
  }

  @Test
  void repeatsOnlyTheAttemptThatWasNotRecorded() {
    AtomicBoolean dead = new AtomicBoolean();
    instance.stop();
    Instance dying =
        start(
            new TransactionTemplate(manager) {
              @Override
              public <T> T execute(TransactionCallback<T> action) {
                return super.execute(
                    status -> {
                      T result = action.doInTransaction(status);
                      if (dead.get()) {
                        throw new CannotAcquireLockException("The process is killed");
                      }
                      return result;
                    });
              }
            });
    receiver.answer(
        (request, out) -> {
          dead.set(true);
          Receiver.status(200).answer(request, out);
        });
    enabled(HOOK, ANN);
    NotificationView added = inbox.add(ANN, "BookAdded");
    dying.announce(ANN, added);
    await().until(() -> !receiver.requests().isEmpty());
    dying.awaitIdle();
    dying.stop();
    assertThat(deliveries(HOOK)).extracting(DeliveryView::attempts).containsExactly(0);

    Instance next = start();
    next.runner.wake();
    clock.move(Duration.ofSeconds(30));
    next.runner.wake();

    assertThat(awaitDeliveries(HOOK, "DELIVERED").get(0).attempts()).isEqualTo(1);
    assertThat(ids()).containsExactly(added.id(), added.id());
  }

  @Test
  void ends410AndAsksForAnEndOfTheWebhook() {
    receiver.answer(Receiver.status(410));
    Webhook webhook = enabled(HOOK, ANN);
    instance.announce(ANN, inbox.add(ANN, "BookAdded"));
    assertThat(awaitDeliveries(HOOK, "FAILED").get(0).error())
        .isEqualTo("Answered with the status 410");
    assertThat(pauses()).containsExactly(HOOK + " 0 gone");

    instance.announce(ANN, inbox.add(ANN, "BookAdded"));
    instance.dispatcher.look();
    assertThat(deliveries(HOOK)).hasSize(1);
    assertThat(receiver.requests()).hasSize(1);
    assertThat(pauses()).hasSize(1);

    webhooks.change(webhook, Webhook.State.DISABLED, 0);
    instance.dispatcher.look();
    assertThat(pauses()).isEmpty();
  }

  @Test
  void asksForAnEndOfAWebhookAfterFiveDaysOfFailure() {
    receiver.answer(Receiver.status(500));
    Webhook webhook = enabled(HOOK, ANN);
    instance.announce(ANN, inbox.add(ANN, "BookAdded"));
    await().until(() -> deliveries(HOOK).stream().anyMatch(it -> it.attempts() == 1));
    instance.awaitIdle();
    receiver.answer(Receiver.status(200));
    clock.move(Duration.ofDays(6));
    instance.runner.wake();
    awaitDeliveries(HOOK, "DELIVERED");
    instance.dispatcher.look();
    assertThat(pauses()).as("an attempt has succeeded").isEmpty();

    receiver.answer(Receiver.status(500));
    instance.announce(ANN, inbox.add(ANN, "BookAdded"));
    await()
        .until(
            () ->
                deliveries(HOOK).stream()
                    .anyMatch(it -> Integer.valueOf(500).equals(it.responseStatus())));
    clock.move(Duration.ofDays(5).minusMillis(1));
    instance.dispatcher.look();
    assertThat(pauses()).isEmpty();
    clock.move(Duration.ofMillis(1));
    instance.dispatcher.look();
    assertThat(pauses()).containsExactly(HOOK + " 0 failing");

    webhooks.change(webhook, Webhook.State.DISABLED, 0);
    instance.dispatcher.look();
    instance.dispatcher.look();
    assertThat(pauses()).as("it is disabled").isEmpty();
  }

  @Test
  void sendsNothingOfADisabledWebhookAndBeginsAnewWhenItIsEnabled() {
    receiver.answer(Receiver.status(500));
    Webhook webhook = enabled(HOOK, ANN);
    instance.announce(ANN, inbox.add(ANN, "BookAdded"));
    await().until(() -> deliveries(HOOK).stream().anyMatch(it -> it.attempts() == 1));
    instance.awaitIdle();
    webhooks.change(webhook, Webhook.State.DISABLED, 0);
    clock.move(Duration.ofHours(1));
    instance.runner.wake();

    assertThat(awaitDeliveries(HOOK, "FAILED").get(0).error()).isEqualTo("The webhook is disabled");
    instance.announce(ANN, inbox.add(ANN, "BookAdded"));
    instance.dispatcher.look();
    receiver.answer(Receiver.status(200));
    inbox.event(HOOK, 2);
    webhooks.change(webhook, Webhook.State.ENABLED, 2);
    NotificationView later = inbox.add(ANN, "BookAdded");
    instance.announce(ANN, later);

    awaitDeliveries(HOOK, "DELIVERED", "FAILED");
    assertThat(ids()).hasSize(2).last().isEqualTo(later.id());
  }

  @Test
  void endsPendingDeliveriesFromBeforeAWebhookWasDisabledForAMoment() {
    receiver.answer(Receiver.status(500));
    Webhook webhook = enabled(HOOK, ANN);
    instance.announce(ANN, inbox.add(ANN, "BookAdded"));
    await().until(() -> deliveries(HOOK).stream().anyMatch(it -> it.attempts() == 1));
    instance.awaitIdle();
    inbox.event(HOOK, 2);
    webhooks.change(webhook, Webhook.State.ENABLED, 2);

    instance.dispatcher.look();

    assertThat(awaitDeliveries(HOOK, "FAILED").get(0).error()).isEqualTo("The webhook is disabled");
    assertThat(receiver.requests()).hasSize(1);
  }

  @Test
  void waitsWhileTheOwnerIsDisabled() {
    receiver.answer(Receiver.status(500));
    Webhook webhook = enabled(HOOK, ANN);
    instance.announce(ANN, inbox.add(ANN, "BookAdded"));
    await().until(() -> deliveries(HOOK).stream().anyMatch(it -> it.attempts() == 1));
    instance.awaitIdle();
    webhooks.change(webhook, Webhook.State.RESTING, 0);
    instance.announce(ANN, inbox.add(ANN, "BookAdded"));
    clock.move(Duration.ofDays(1));
    instance.dispatcher.look();
    instance.runner.wake();
    await()
        .untilAsserted(
            () ->
                assertThat(instance.store.cursors(Set.of(HOOK)).get(HOOK).dueAt())
                    .isEqualTo(clock.instant().plusSeconds(15)));
    assertThat(receiver.requests()).hasSize(1);

    receiver.answer(Receiver.status(200));
    webhooks.change(webhook, Webhook.State.ENABLED, 0);
    instance.dispatcher.look();
    clock.move(Duration.ofSeconds(15));
    instance.runner.wake();

    awaitDeliveries(HOOK, "DELIVERED", "DELIVERED");
  }

  @Test
  void forgetsADeletedWebhookAndOldDeliveries() {
    UUID other = new UUID(2, 2);
    enabled(HOOK, ANN);
    enabled(other, ANN);
    instance.announce(ANN, inbox.add(ANN, "BookAdded"));
    awaitDeliveries(HOOK, "DELIVERED");
    awaitDeliveries(other, "DELIVERED");
    webhooks.delete(HOOK);
    instance.dispatcher.look();
    assertThat(deliveries(HOOK)).isEmpty();
    assertThat(instance.store.cursors(Set.of(HOOK, other))).containsOnlyKeys(other);

    clock.move(Duration.ofDays(30));
    instance.store.removeOld();
    assertThat(deliveries(other)).hasSize(1);
    clock.move(Duration.ofSeconds(1));
    instance.store.removeOld();
    assertThat(deliveries(other)).isEmpty();
  }

  @Test
  void sendsNothingAgainWhenAnInboxIsBuiltAgain() {
    inbox.add(ANN, "BookAdded");
    enabled(HOOK, ANN);
    instance.announce(ANN, inbox.add(ANN, "BookAdded"));
    awaitDeliveries(HOOK, "DELIVERED");
    inbox.renumber(ANN, 1_000_000);
    instance.dispatcher.look();
    NotificationView later = inbox.add(ANN, "BookAdded");
    instance.announce(ANN, later);
    awaitDeliveries(HOOK, "DELIVERED", "DELIVERED");
    clock.move(Duration.ofDays(31));
    instance.store.removeOld();
    inbox.renumber(ANN, 2_000_000);
    instance.dispatcher.look();

    assertThat(instance.store.cursors(Set.of(HOOK)).get(HOOK).sequence()).isEqualTo(2_000_002);
    assertThat(deliveries(HOOK)).isEmpty();
    assertThat(receiver.requests()).hasSize(2);
  }

  @Test
  void failsIfTheNotificationWasRemoved() {
    receiver.answer(Receiver.status(500));
    enabled(HOOK, ANN);
    NotificationView removed = inbox.add(ANN, "BookAdded");
    instance.announce(ANN, removed);
    await().until(() -> deliveries(HOOK).stream().anyMatch(it -> it.attempts() == 1));
    instance.awaitIdle();
    inbox.add(ANN, "BookAdded");
    inbox.remove(ANN, removed.sequence());
    clock.move(Duration.ofSeconds(5));
    instance.runner.wake();

    await()
        .untilAsserted(
            () ->
                assertThat(deliveries(HOOK))
                    .extracting(DeliveryView::error)
                    .contains("The notification is gone"));
  }

  @Test
  void aSlowReceiverDelaysNoOtherOwner() {
    CountDownLatch end = new CountDownLatch(1);
    AtomicInteger connections = new AtomicInteger();
    try (Receiver slow =
        new Receiver(
            (request, out) -> {
              connections.incrementAndGet();
              end.await();
              Receiver.status(200).answer(request, out);
            })) {
      for (int i = 1; i <= 10; i++) {
        UUID hook = new UUID(3, i);
        inbox.event(hook, 0);
        webhooks.put(hook, ANN, null, Webhook.State.ENABLED, 0, slow.url(), keys());
      }
      enabled(HOOK, BEN);
      NotificationView last = null;
      for (int i = 0; i < 20; i++) {
        last = inbox.add(ANN, "BookAdded");
      }
      instance.announce(ANN, last);
      await().until(() -> connections.get() == 2);
      instance.announce(BEN, inbox.add(BEN, "BookAdded"));

      awaitDeliveries(HOOK, "DELIVERED");
      assertThat(connections).hasValue(2);
      end.countDown();
      await().atMost(Duration.ofSeconds(30)).until(() -> connections.get() == 200);
    }
  }

  @Test
  void sendsATestToAnEnabledWebhook() {
    Webhook webhook = enabled(HOOK, ANN);

    instance.controller().test(HOOK, caller(ANN));

    DeliveryView delivery = awaitDeliveries(HOOK, "DELIVERED").get(0);
    assertThat(delivery.type()).isEqualTo("Test");
    assertThat(delivery.sequence()).isNull();
    Receiver.Request request = receiver.requests().get(0);
    assertThat(JSON.readTree(request.body()))
        .isEqualTo(
            JSON.readTree(
                """
                {"id": "%s", "sequence": null, "type": "Test", "resource": null,
                 "occurredAt": "2026-03-01T10:00:00Z", "read": false}
                """
                    .formatted(request.id())));
    webhooks.change(webhook, Webhook.State.DISABLED, 0);
    assertRefused(() -> instance.controller().test(HOOK, caller(ANN)), Problem.WEBHOOK_DISABLED);
  }

  @Test
  void sendsAFailedDeliveryAgain() {
    receiver.answer(Receiver.status(410));
    Webhook webhook = enabled(HOOK, ANN);
    instance.controller().test(HOOK, caller(ANN));
    UUID delivery = awaitDeliveries(HOOK, "FAILED").get(0).id();
    assertRefused(() -> instance.controller().test(HOOK, caller(ANN)), Problem.WEBHOOK_DISABLED);
    instance.awaitIdle();
    instance.controller().retry(HOOK, delivery, caller(ANN));
    assertThat(deliveries(HOOK).get(0).error()).isEqualTo("The webhook is disabled");
    inbox.event(HOOK, 2);
    webhooks.change(webhook, Webhook.State.ENABLED, 2);
    receiver.answer(Receiver.status(200));

    instance.controller().retry(HOOK, delivery, caller(ANN));

    assertThat(awaitDeliveries(HOOK, "DELIVERED").get(0).attempts()).isEqualTo(2);
    assertThat(Set.copyOf(ids())).hasSize(1);
    assertRefused(
        () -> instance.controller().retry(HOOK, delivery, caller(ANN)), Problem.NOT_FAILED);
    assertRefused(
        () -> instance.controller().retry(HOOK, UUID.randomUUID(), caller(ANN)), Problem.NOT_FOUND);
  }

  @Test
  void showsNothingToOtherUsers() {
    enabled(HOOK, ANN);
    DeliveryController controller = instance.controller();
    Paging paging = new Paging(0, 20);
    UUID delivery = UUID.randomUUID();

    assertRefused(() -> controller.list(paging, HOOK, caller(BEN)), Problem.NOT_FOUND);
    assertRefused(() -> controller.test(HOOK, caller(BEN)), Problem.NOT_FOUND);
    assertRefused(() -> controller.retry(HOOK, delivery, caller(BEN)), Problem.NOT_FOUND);
    assertThat(controller.list(paging, HOOK, caller(ANN)).content()).isEmpty();
  }

  @Test
  void listsTheNewestFirst() {
    enabled(HOOK, ANN);
    IntStream.range(0, 30).forEach(i -> inbox.add(ANN, "BookAdded"));
    instance.dispatcher.look();
    clock.move(Duration.ofSeconds(1));
    instance.controller().test(HOOK, caller(ANN));

    var first = instance.controller().list(new Paging(0, 20), HOOK, caller(ANN));
    var second = instance.controller().list(new Paging(1, 20), HOOK, caller(ANN));

    assertThat(first.page().totalElements()).isEqualTo(31);
    assertThat(first.content()).extracting(DeliveryView::sequence).startsWith(null, 30L, 29L);
    assertThat(second.content())
        .extracting(DeliveryView::sequence)
        .containsExactly(11L, 10L, 9L, 8L, 7L, 6L, 5L, 4L, 3L, 2L, 1L);
  }

  private static void assertRefused(Runnable call, Problem problem) {
    assertThatThrownBy(call::run)
        .isInstanceOfSatisfying(
            Refusal.class, refusal -> assertThat(refusal.problem()).isEqualTo(problem));
  }

  private static Caller caller(UUID user) {
    return new Caller(user, new UUID(8, 8), Set.of());
  }

  private Webhook enabled(UUID id, UUID owner) {
    return put(id, owner, null, 0);
  }

  private Webhook put(UUID id, UUID owner, @Nullable Set<String> types, long version) {
    inbox.event(id, version);
    return webhooks.put(id, owner, types, Webhook.State.ENABLED, version, receiver.url(), keys());
  }

  private static List<byte[]> keys() {
    return List.of(new byte[32], new byte[] {1, 2, 3});
  }

  private List<String> ids() {
    return receiver.requests().stream().map(Receiver.Request::id).toList();
  }

  private List<DeliveryView> deliveries(UUID webhook) {
    return instance.store.page(webhook, new Paging(0, 100)).content();
  }

  private List<DeliveryView> awaitDeliveries(UUID webhook, String... states) {
    await()
        .untilAsserted(
            () ->
                assertThat(deliveries(webhook))
                    .extracting(it -> it.state().name())
                    .containsExactly(states));
    return deliveries(webhook);
  }

  private static List<String> pauses() {
    return jdbc.sql(
            "select webhook || ' ' || enabled_version || ' ' || reason from push.webhook_pause")
        .query(String.class)
        .list();
  }

  private Instance start() {
    return start(new TransactionTemplate(manager));
  }

  private Instance start(TransactionTemplate transactions) {
    Instance started = new Instance(transactions);
    instances.add(started);
    return started;
  }

  /** The parts of a process. */
  private final class Instance {

    final PeriodicTasks tasks = new PeriodicTasks();
    final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    final DeliveryStore store;
    final Cursors cursors;
    final DeliveryRunner runner;
    final Dispatcher dispatcher;
    private final WebhookClient client =
        new WebhookClient(
            false, any -> true, SystemDefaultDnsResolver.INSTANCE, Duration.ofSeconds(60), tasks);

    Instance(TransactionTemplate transactions) {
      StoredEvents events = new StoredEvents(jdbc, null, null);
      store = new DeliveryStore(jdbc, transactions, clock);
      cursors = new Cursors(store, inbox, events);
      runner =
          new DeliveryRunner(
              store,
              cursors,
              webhooks,
              inbox,
              client,
              new RetrySchedule(() -> 0),
              JSON,
              metrics,
              tasks,
              clock);
      dispatcher =
          new Dispatcher(webhooks, inbox, events, cursors, store, runner, metrics, tasks, clock);
      runner.start();
    }

    DeliveryController controller() {
      return new DeliveryController(webhooks, cursors, store, runner);
    }

    void announce(UUID owner, NotificationView last) {
      dispatcher.onNewNotifications(TestNotifications.announcement(owner, last));
    }

    long count(String condition) {
      return jdbc.sql("select count(*) from push.delivery where " + condition)
          .query(Long.class)
          .single();
    }

    /** Waits until no attempt is under way, so that the clock may move. */
    void awaitIdle() {
      await().until(runner::isIdle);
    }

    void stop() {
      if (runner.isRunning()) {
        runner.stop();
        tasks.destroy();
        client.destroy();
      }
    }
  }
}
