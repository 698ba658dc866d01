package dev.annals.push.webhook;

import dev.annals.base.problem.Refusal;
import dev.annals.eventstore.axon.StoredEvents;
import dev.annals.http.time.PeriodicTasks;
import dev.annals.push.NewNotifications;
import dev.annals.push.NotificationListener;
import dev.annals.push.NotificationSource;
import dev.annals.push.NotificationView;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;

/**
 * Makes deliveries of notifications. The cursor of a webhook moves in the transaction that stores
 * them, so each notification becomes one delivery per webhook. Hints of new notifications may be
 * lost; a periodic look finds the notifications that they missed, and removes the rows of deleted
 * webhooks.
 */
final class Dispatcher implements NotificationListener {

  private static final Logger log = LoggerFactory.getLogger(Dispatcher.class);
  private static final Duration GATHERING = Duration.ofMillis(200);
  private static final Duration LOOK_INTERVAL = Duration.ofSeconds(15);
  private static final Duration REMOVAL_INTERVAL = Duration.ofHours(1);
  private static final Duration MAX_FAILING = Duration.ofDays(5);
  private static final int CHUNK = 500;
  private static final int PAGE = 100;
  private static final UUID FIRST = new UUID(0, 0);

  private final WebhookSource webhooks;
  private final NotificationSource notifications;
  private final StoredEvents events;
  private final Cursors cursors;
  private final DeliveryStore store;
  private final DeliveryRunner runner;
  private final Clock clock;
  private final Set<UUID> hinted = ConcurrentHashMap.newKeySet();
  private final Runnable gather;
  private final AtomicLong lag;

  Dispatcher(
      WebhookSource webhooks,
      NotificationSource notifications,
      StoredEvents events,
      Cursors cursors,
      DeliveryStore store,
      DeliveryRunner runner,
      MeterRegistry metrics,
      PeriodicTasks tasks,
      Clock clock) {
    this.webhooks = webhooks;
    this.notifications = notifications;
    this.events = events;
    this.cursors = cursors;
    this.store = store;
    this.runner = runner;
    this.clock = clock;
    lag = metrics.gauge("annals.webhook.lag.seconds", new AtomicLong());
    gather = tasks.runWhile(() -> !hinted.isEmpty(), GATHERING, this::dispatchHinted);
    tasks.runEvery(LOOK_INTERVAL, this::look);
    tasks.runEvery(LOOK_INTERVAL, REMOVAL_INTERVAL, store::removeOld);
  }

  @Override
  public void onNewNotifications(NewNotifications news) {
    hinted.add(news.owner());
    gather.run();
  }

  private void dispatchHinted() {
    Set<UUID> owners = new HashSet<>(hinted);
    hinted.removeAll(owners);
    for (Webhook webhook : webhooks.of(owners)) {
      tryOut(
          webhook,
          () -> {
            // The next round has the rest.
            if (webhook.state() == Webhook.State.ENABLED && dispatch(webhook)) {
              hinted.add(webhook.owner());
            }
          });
    }
  }

  private static void tryOut(Webhook webhook, Runnable work) {
    try {
      work.run();
    } catch (DataAccessException | Refusal away) {
      log.debug("Nothing is delivered to the webhook {} for now", webhook.id(), away);
    } catch (RuntimeException failure) {
      log.warn("Nothing is delivered to the webhook {}", webhook.id(), failure);
    }
  }

  /** Checks all webhooks, also those that no hint has named. */
  void look() {
    List<Webhook> some = webhooks.after(FIRST, CHUNK);
    while (!some.isEmpty()) {
      check(some);
      some = webhooks.after(some.get(some.size() - 1).id(), CHUNK);
    }
    List<UUID> known = store.webhooksAfter(FIRST, CHUNK);
    while (!known.isEmpty()) {
      Set<UUID> gone = new HashSet<>(known);
      webhooks.find(known).forEach(webhook -> gone.remove(webhook.id()));
      gone.forEach(store::remove);
      known = store.webhooksAfter(known.get(known.size() - 1), CHUNK);
    }
    lag.set(store.lag().toSeconds());
  }

  private void check(List<Webhook> some) {
    Map<UUID, Cursor> known = store.cursors(some.stream().map(Webhook::id).toList());
    Map<UUID, Long> numbers =
        notifications.lastNumbers(some.stream().map(Webhook::owner).distinct().toList());
    for (Webhook webhook : some) {
      tryOut(
          webhook,
          () ->
              check(
                  webhook,
                  Optional.ofNullable(known.get(webhook.id())),
                  numbers.getOrDefault(webhook.owner(), 0L)));
    }
  }

  private void check(Webhook webhook, Optional<Cursor> known, long newest) {
    switch (webhook.state()) {
      case ENABLED -> {
        Instant limit = clock.instant().minus(MAX_FAILING);
        if (known.filter(it -> !it.isBehind(webhook, newest)).isEmpty()) {
          while (dispatch(webhook)) {
            // The rest follows.
          }
        } else if (known.filter(it -> it.hasFailedSince(limit) && !it.paused()).isPresent()) {
          store.pause(webhook.id(), webhook.enabledVersion(), DeliveryStore.FAILING);
        }
      }
      case DISABLED -> {
        if (known.filter(Cursor::isActive).isPresent()) {
          store.end(webhook.id());
        }
      }
      case RESTING -> {}
    }
  }

  /** Makes the next deliveries of a webhook, and returns whether there may be more. */
  private boolean dispatch(Webhook webhook) {
    Optional<Cursor> cursor = cursors.of(webhook).filter(it -> !it.paused());
    if (cursor.isEmpty()) {
      return false;
    }
    List<NotificationView> some =
        notifications.after(webhook.owner(), cursor.get().sequence(), PAGE);
    if (some.isEmpty()) {
      return false;
    }
    Map<String, Long> positions =
        events.positions(some.stream().map(NotificationView::id).toList());
    // An inbox that was lost and built again has all of them anew.
    Instant oldest = clock.instant().minus(DeliveryStore.KEPT);
    List<NotificationView> news =
        some.stream()
            .filter(it -> webhook.wants(it.type()))
            .filter(it -> positions.getOrDefault(it.id(), 0L) > cursor.get().enabledPosition())
            .filter(it -> it.occurredAt().isAfter(oldest))
            .toList();
    if (store.enqueue(cursor.get(), some.get(some.size() - 1).sequence(), news)
        && !news.isEmpty()) {
      runner.wake();
    }
    return some.size() == PAGE;
  }
}
