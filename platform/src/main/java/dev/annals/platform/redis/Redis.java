package dev.annals.platform.redis;

import dev.annals.platform.start.CannotStartException;
import dev.annals.platform.start.StoreAddress;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.ClientOptions.DisconnectedBehavior;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SetArgs;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.Delay;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;
import org.springframework.stereotype.Component;

/**
 * A circuit breaker around Lettuce: after a failure no command is sent until a background probe can
 * write again (every 500 ms), so callers do not wait for a dead server. Thread-safe.
 */
@Component
public final class Redis implements DisposableBean {

  private static final Logger log = LoggerFactory.getLogger(Redis.class);

  private static final Duration TIMEOUT = Duration.ofSeconds(1);

  private static final Duration PROBE_INTERVAL = Duration.ofMillis(500);
  private static final RedisCodec<String, byte[]> CODEC =
      RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE);

  private final RedisURI uri;
  private final ClientResources resources;
  private final RedisClient client;
  private final Map<String, Consumer<String>> listeners = new ConcurrentHashMap<>();
  private final ScheduledExecutorService prober;
  private StatefulRedisPubSubConnection<String, String> pubSub;
  private int subscribed;
  private volatile StatefulRedisConnection<String, byte[]> connection;
  private volatile State state = State.UNKNOWN;

  private enum State {
    UNKNOWN,
    AVAILABLE,
    UNAVAILABLE
  }

  /**
   * Connects to Redis. If that fails, it logs the failure and keeps trying.
   *
   * @param url {@code redis://…}, or {@code rediss://…} for TLS
   * @throws CannotStartException if the URL is not a Redis URL
   */
  public Redis(@Value("${spring.data.redis.url:}") String url, MeterRegistry metrics) {
    this.uri = parse(url.isBlank() ? "redis://localhost:6379" : url.strip());
    uri.setTimeout(TIMEOUT);
    uri.setClientName("annals");
    this.resources =
        ClientResources.builder()
            .ioThreadPoolSize(2)
            .computationThreadPoolSize(2)
            .reconnectDelay(Delay.constant(PROBE_INTERVAL))
            .build();
    this.client = RedisClient.create(resources, uri);
    client.setOptions(
        ClientOptions.builder()
            .disconnectedBehavior(DisconnectedBehavior.REJECT_COMMANDS)
            .timeoutOptions(TimeoutOptions.enabled(TIMEOUT))
            .socketOptions(SocketOptions.builder().connectTimeout(TIMEOUT).build())
            .build());
    CustomizableThreadFactory threads = new CustomizableThreadFactory("redis-prober-");
    threads.setDaemon(true);
    this.prober = Executors.newSingleThreadScheduledExecutor(threads);
    metrics.gauge("annals.redis.up", this, redis -> redis.isAvailable() ? 1 : 0);
    probe();
    ScheduledFuture<?> unused =
        prober.scheduleWithFixedDelay(
            this::probe,
            PROBE_INTERVAL.toMillis(),
            PROBE_INTERVAL.toMillis(),
            TimeUnit.MILLISECONDS);
  }

  private static RedisURI parse(String url) {
    try {
      return RedisURI.create(url);
    } catch (IllegalArgumentException e) {
      throw new CannotStartException(
          "spring.data.redis.url is not a Redis URL: %s."
              .formatted(StoreAddress.withoutCredentials(url)),
          e);
    }
  }

  /** Returns whether the last command or probe succeeded. */
  public boolean isAvailable() {
    return state == State.AVAILABLE;
  }

  /**
   * Executes a command and waits for its result.
   *
   * @return the result; empty if Redis is unavailable, does not answer within a second or fails
   */
  public <T> Optional<T> execute(
      Function<RedisAsyncCommands<String, byte[]>, ? extends CompletionStage<T>> command) {
    if (!isAvailable()) {
      return Optional.empty();
    }
    try {
      return Optional.ofNullable(
          command
              .apply(connection.async())
              .toCompletableFuture()
              .get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS));
    } catch (ExecutionException failure) {
      markUnavailable(failure.getCause());
    } catch (TimeoutException | RedisException failure) {
      markUnavailable(failure);
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while waiting for Redis", stopping);
    }
    return Optional.empty();
  }

  /**
   * Publishes a message to all subscribed processes, including this one, without waiting. Does
   * nothing while Redis is unavailable.
   */
  public void publish(String channel, String message) {
    if (isAvailable()) {
      connection
          .async()
          .publish(channel, message.getBytes(StandardCharsets.UTF_8))
          .whenComplete(
              (receivers, failure) -> {
                if (failure != null) {
                  markUnavailable(failure);
                }
              });
    }
  }

  /**
   * Subscribes to a channel asynchronously. Messages are lost while Redis is unavailable.
   *
   * @param listener the only listener of its channel; must not block
   */
  public void subscribe(String channel, Consumer<String> listener) {
    listeners.put(channel, listener);
    prober.execute(this::probe);
  }

  private void probe() {
    try {
      if (connection == null) {
        connection = client.connect(CODEC);
      }
      if (isAvailable()) {
        connection.sync().ping();
      } else {
        // A server may answer and still reject writes.
        connection.sync().set("annals:lookout", new byte[0], SetArgs.Builder.px(TIMEOUT));
      }
      subscribeAll();
      markAvailable();
    } catch (RedisException failure) {
      markUnavailable(failure);
    }
  }

  // Lettuce restores the subscriptions when it reconnects.
  private void subscribeAll() {
    if (subscribed == listeners.size()) {
      return;
    }
    if (pubSub == null) {
      pubSub = client.connectPubSub(StringCodec.UTF8);
      pubSub.addListener(
          new RedisPubSubAdapter<>() {
            @Override
            public void message(String channel, String message) {
              listeners.get(channel).accept(message);
            }
          });
    }
    String[] channels = listeners.keySet().toArray(String[]::new);
    pubSub.sync().subscribe(channels);
    subscribed = channels.length;
  }

  private synchronized void markAvailable() {
    if (state == State.UNAVAILABLE) {
      log.info("Redis is back");
    }
    state = State.AVAILABLE;
  }

  private synchronized void markUnavailable(Throwable why) {
    if (state != State.UNAVAILABLE && !prober.isShutdown()) {
      state = State.UNAVAILABLE;
      log.warn(
          "Redis is away, and everything goes on without it: {}",
          StoreAddress.withoutCredentials(String.valueOf(why.getMessage())));
    }
  }

  @Override
  public void destroy() {
    prober.shutdownNow();
    client.shutdown(0, 1, TimeUnit.SECONDS);
    var unused = resources.shutdown(0, 1, TimeUnit.SECONDS);
  }
}
