package dev.annals.push;

import dev.annals.http.redis.Redis;
import dev.annals.http.time.PeriodicTasks;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.axonframework.tracing.SpanFactory;
import tools.jackson.databind.json.JsonMapper;

/**
 * The subscriptions in this process. They are told of new notifications, and check for missed ones.
 */
final class Subscriptions implements NotificationListener {

  private static final Duration CHECK_INTERVAL = Duration.ofSeconds(4);

  /** One per connection. The calling thread also serves other users. */
  private static final int MAX_DIRECT_PUSHES = 20;

  private static final String CHANNEL = "annals:arrivals";

  private final Map<UUID, Set<Subscription>> byOwner = new ConcurrentHashMap<>();
  private final NotificationSource inbox;
  private final JsonMapper json;
  private final Redis redis;
  private final SpanFactory spans;
  private final Counter messages;

  Subscriptions(
      NotificationSource inbox,
      JsonMapper json,
      PushThreads threads,
      PeriodicTasks tasks,
      Redis redis,
      SpanFactory spans,
      MeterRegistry metrics) {
    this.inbox = inbox;
    this.json = json;
    this.redis = redis;
    this.spans = spans;
    this.messages = metrics.counter("annals.stomp.messages");
    redis.subscribe(CHANNEL, this::onHint);
    tasks.runEvery(
        CHECK_INTERVAL,
        () -> {
          if (!byOwner.isEmpty()) {
            threads.run(this::check);
          }
        });
  }

  /**
   * Adds a subscription.
   *
   * @param reading reads the inbox for all subscriptions of the connection
   * @param placed see {@link Subscription#start}
   * @param failed called in its place if the inbox cannot be read
   */
  Subscription add(
      UUID owner,
      String id,
      OptionalLong after,
      SendQueue sendQueue,
      Executor reading,
      Runnable placed,
      Runnable failed) {
    Subscription added =
        new Subscription(
            owner, id, sendQueue, inbox, json::writeValueAsString, messages::increment, reading);
    byOwner.compute(
        owner,
        (key, others) -> {
          Set<Subscription> some = others == null ? ConcurrentHashMap.newKeySet() : others;
          some.add(added);
          return some;
        });
    reading.execute(
        () -> {
          try {
            added.start(after, placed);
          } catch (RuntimeException unreadable) {
            failed.run();
            throw unreadable;
          }
        });
    return added;
  }

  void remove(Subscription ended) {
    ended.end();
    byOwner.computeIfPresent(
        ended.owner(), (key, some) -> some.remove(ended) && some.isEmpty() ? null : some);
  }

  /** Pushes to the subscriptions here, and publishes the last number to the other processes. */
  @Override
  public void onNewNotifications(NewNotifications arrival) {
    List<NotificationView> news = arrival.notifications();
    long last = news.get(news.size() - 1).sequence();
    Set<Subscription> subscribed = byOwner.getOrDefault(arrival.owner(), Set.of());
    if (subscribed.size() > MAX_DIRECT_PUSHES) {
      subscribed.forEach(subscription -> subscription.check(last));
    } else if (!subscribed.isEmpty()) {
      Subscription.Push push =
          new Subscription.Push(
              arrival.previous(), last, news.stream().map(json::writeValueAsString).toList());
      spans
          .createInternalSpan(() -> "Push")
          .run(() -> subscribed.forEach(subscription -> subscription.push(push)));
    }
    redis.publish(CHANNEL, arrival.owner() + " " + last);
  }

  /** Handles the last number that a process has published, perhaps this one. */
  private void onHint(String message) {
    String[] news = message.split(" ", 2);
    long last = Long.parseLong(news[1]);
    byOwner.getOrDefault(UUID.fromString(news[0]), Set.of()).forEach(it -> it.check(last));
  }

  private void check() {
    Map<UUID, Long> numbers = inbox.lastNumbers(List.copyOf(byOwner.keySet()));
    byOwner.forEach(
        (owner, subscribed) -> subscribed.forEach(it -> it.check(numbers.getOrDefault(owner, 0L))));
  }
}
