package dev.annals.push.webhook;

import dev.annals.base.problem.Refusal;
import dev.annals.http.time.PeriodicTasks;
import dev.annals.push.NotificationSource;
import dev.annals.push.NotificationView;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.util.NamedThreadFactory;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.dao.DataAccessException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Makes the attempts of deliveries, those of a webhook one after another. A webhook is claimed for
 * a time that is longer than an attempt. If the process dies, another one goes on after that, and
 * repeats the attempt that was not recorded.
 */
final class DeliveryRunner implements SmartLifecycle {

  private static final Logger log = LoggerFactory.getLogger(DeliveryRunner.class);
  private static final int THREADS = 16;
  // Webhooks of the same owner beyond these wait without a thread.
  private static final int MAX_PER_OWNER = 2;
  private static final Duration LEASE = Duration.ofSeconds(30);
  // Then other webhooks have their turn.
  private static final Duration TURN = Duration.ofSeconds(5);
  private static final Duration LOOK_INTERVAL = Duration.ofSeconds(5);
  private static final Duration REST = Duration.ofSeconds(15);
  // Wakes in this time share a look.
  private static final Duration SOON = Duration.ofMillis(10);
  private static final Duration SHUTDOWN_TIMEOUT = Duration.ofSeconds(11);

  private final DeliveryStore store;
  private final Cursors cursors;
  private final WebhookSource webhooks;
  private final NotificationSource notifications;
  private final WebhookClient client;
  private final RetrySchedule schedule;
  private final JsonMapper json;
  private final MeterRegistry metrics;
  private final PeriodicTasks tasks;
  private final Clock clock;
  private final Map<UUID, Integer> underWay = new HashMap<>();
  private final AtomicBoolean wanted = new AtomicBoolean();
  private final Runnable look;
  private final ThreadPoolExecutor threads =
      new ThreadPoolExecutor(
          THREADS,
          THREADS,
          30,
          TimeUnit.SECONDS,
          new LinkedBlockingQueue<>(),
          new NamedThreadFactory("webhooks"));
  private volatile boolean running;
  private @Nullable Runnable stopLooking;

  DeliveryRunner(
      DeliveryStore store,
      Cursors cursors,
      WebhookSource webhooks,
      NotificationSource notifications,
      WebhookClient client,
      RetrySchedule schedule,
      JsonMapper json,
      MeterRegistry metrics,
      PeriodicTasks tasks,
      Clock clock) {
    this.store = store;
    this.cursors = cursors;
    this.webhooks = webhooks;
    this.notifications = notifications;
    this.client = client;
    this.schedule = schedule;
    this.json = json;
    this.metrics = metrics;
    this.tasks = tasks;
    this.clock = clock;
    look = tasks.runWhile(wanted::get, SOON, this::startDue);
    threads.allowCoreThreadTimeOut(true);
  }

  /**
   * A message that the owner of a webhook asked for, with the properties of a notification.
   *
   * @param sequence null
   * @param resource null
   */
  record TestMessage(
      UUID id,
      @Nullable Long sequence,
      String type,
      NotificationView.@Nullable Resource resource,
      Instant occurredAt,
      boolean read) {}

  /** Looks soon for deliveries that are due. */
  void wake() {
    if (running) {
      wanted.set(true);
      look.run();
    }
  }

  private void startDue() {
    wanted.set(false);
    try {
      Optional<Set<UUID>> busy = busyOwners();
      while (running && busy.isPresent()) {
        Optional<DeliveryStore.Claim> claim = store.claim(busy.get(), LEASE);
        if (claim.isEmpty()) {
          return;
        }
        count(claim.get().owner(), 1);
        threads.execute(() -> attempt(claim.get()));
        busy = busyOwners();
      }
    } catch (DataAccessException | RejectedExecutionException away) {
      log.debug("Deliveries that are due cannot be started for now", away);
    }
  }

  /** Returns the owners whose webhooks must wait; empty if all must. */
  private synchronized Optional<Set<UUID>> busyOwners() {
    if (underWay.values().stream().mapToInt(Integer::intValue).sum() >= THREADS) {
      return Optional.empty();
    }
    Set<UUID> busy = new HashSet<>();
    underWay.forEach(
        (owner, count) -> {
          if (count >= MAX_PER_OWNER) {
            busy.add(owner);
          }
        });
    return Optional.of(busy);
  }

  private synchronized void count(UUID owner, int change) {
    underWay.merge(owner, change, Integer::sum);
    underWay.remove(owner, 0);
  }

  /** Returns whether no attempt is under way here. */
  synchronized boolean isIdle() {
    return underWay.isEmpty();
  }

  private void attempt(DeliveryStore.Claim claim) {
    try {
      Instant notBefore = attemptDue(claim.webhook());
      store
          .release(claim, notBefore)
          .map(due -> Duration.between(clock.instant(), due))
          .filter(delay -> delay.compareTo(LOOK_INTERVAL.plusSeconds(1)) < 0)
          .ifPresent(delay -> tasks.runAfter(delay.plusMillis(5), this::wake));
    } catch (DataAccessException | Refusal away) {
      log.debug("Deliveries of the webhook {} stop until the claim ends", claim.webhook(), away);
    } catch (RuntimeException failure) {
      log.warn("Deliveries of the webhook {} stop until the claim ends", claim.webhook(), failure);
    } finally {
      count(claim.owner(), -1);
      wake();
    }
  }

  /** Makes the attempts of a webhook, and returns the earliest time of the next one. */
  private Instant attemptDue(UUID id) {
    Instant end = clock.instant().plus(TURN);
    do {
      Optional<Webhook> webhook = webhooks.find(List.of(id)).stream().findFirst();
      Optional<WebhookSource.Target> target = webhooks.target(id);
      if (webhook.isEmpty()
          || target.isEmpty()
          || webhook.get().state() == Webhook.State.DISABLED) {
        store.end(id);
        break;
      }
      if (webhook.get().state() == Webhook.State.RESTING) {
        store.rest(id);
        return clock.instant().plus(REST);
      }
      if (cursors.of(webhook.get()).filter(Cursor::paused).isPresent()) {
        store.failPending(id);
        break;
      }
      Optional<Delivery> next = store.firstDue(id);
      if (next.isEmpty()) {
        break;
      }
      attempt(next.get(), webhook.get(), target.get());
    } while (running && clock.instant().isBefore(end));
    return clock.instant();
  }

  private void attempt(Delivery delivery, Webhook webhook, WebhookSource.Target target) {
    Optional<byte[]> body = message(delivery).map(json::writeValueAsBytes);
    if (body.isEmpty()) {
      store.fail(delivery, "The notification is gone");
      return;
    }
    Instant start = clock.instant();
    Answer answer =
        client.post(
            target.url(),
            Signature.headers(delivery.notification(), start, body.get(), target.keys()),
            body.get());
    Instant next =
        answer.isSuccess() || answer.isGone()
            ? null
            : schedule
                .after(delivery.attempts() + 1)
                .map(delay -> clock.instant().plus(delay))
                .orElse(null);
    if (answer.isGone()) {
      store.pause(webhook.id(), webhook.enabledVersion(), DeliveryStore.GONE);
    }
    store.recordAttempt(delivery, answer, start, next);
    metrics
        .counter(
            "annals.webhook.attempts",
            "outcome",
            answer.isSuccess() ? "delivered" : next == null ? "failed" : "again")
        .increment();
  }

  /** Returns the message as of now; empty if the notification was removed. */
  private Optional<Object> message(Delivery delivery) {
    if (delivery.sequence() == null) {
      return Optional.of(
          new TestMessage(
              delivery.notification(), null, Delivery.TEST, null, delivery.createdAt(), false));
    }
    String id = delivery.notification().toString();
    Optional<NotificationView> stored =
        notifications.after(delivery.owner(), delivery.sequence() - 1, 1).stream()
            .filter(it -> it.id().equals(id))
            .findFirst();
    if (stored.isEmpty() && notifications.newest(delivery.owner()) < delivery.sequence()) {
      throw new IllegalStateException("The inbox was lost, and is not built again yet");
    }
    return stored.map(notification -> notification);
  }

  @Override
  public void start() {
    running = true;
    stopLooking = tasks.runEvery(Duration.ZERO, LOOK_INTERVAL, this::wake);
  }

  /** Waits for the attempts that are under way, so that these are recorded. */
  @Override
  public void stop() {
    running = false;
    stopLooking.run();
    threads.shutdown();
    try {
      if (!threads.awaitTermination(SHUTDOWN_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
        log.debug("Attempts that are under way will be repeated");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public boolean isRunning() {
    return running;
  }
}
