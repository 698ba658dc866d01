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

  /** Counts the messages of STOMP clients. */
  Counter messages() {
    return messages;
  }

  /**
   * Adds a subscription, which the caller starts.
   *
   * @param reading reads the inbox for all subscriptions of the connection
   */
  Subscription add(UUID owner, NotificationSink sink, Executor reading) {
    Subscription added = new Subscription(owner, sink, inbox, json::writeValueAsString, reading);
    byOwner.compute(
        owner,
        (key, others) -> {
          Set<Subscription> some = others == null ? ConcurrentHashMap.newKeySet() : others;
          some.add(added);
          return some;
        });
    return added;
  }

  /**
   * Starts a stream of notifications.
   *
   * @param after see {@link Subscription#start}
   */
  EventStream.Source stream(UUID owner, OptionalLong after, EventSink sink) {
    Subscription added = add(owner, new StreamMessages(sink), sink.executor());
    try {
      added.start(after, () -> {});
    } catch (RuntimeException unreadable) {
      remove(added);
      throw unreadable;
    }
    return new EventStream.Source() {
      @Override
      public void wake() {
        added.wake();
      }

      @Override
      public void end() {
        remove(added);
      }
    };
  }

  private record StreamMessages(EventSink sink) implements NotificationSink {

    @Override
    public boolean isBusy() {
      return sink.isBusy();
    }

    @Override
    public void sendNotification(long sequence, String json) {
      sink.send("notification", sequence, json);
    }

    @Override
    public void sendResync(long newest) {
      sink.send("resync", newest, RESYNC);
    }
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
              arrival.previous(),
              news.stream()
                  .map(it -> new Subscription.Message(it.sequence(), json.writeValueAsString(it)))
                  .toList());
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
