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
 * Redis, while it is there. Once it has not answered it is asked nothing more until it takes writes
 * again, which a thread of its own tries every half second: nobody who calls waits for it twice.
 * For use by many threads.
 */
@Component
public final class Redis implements DisposableBean {

  private static final Logger log = LoggerFactory.getLogger(Redis.class);

  /** The longest that anybody waits for an answer. */
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(500);
  private static final RedisCodec<String, byte[]> CODEC =
      RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE);

  private final RedisURI uri;
  private final ClientResources resources;
  private final RedisClient client;
  private final Map<String, Consumer<String>> listeners = new ConcurrentHashMap<>();
  private final ScheduledExecutorService lookout;
  private StatefulRedisPubSubConnection<String, String> messages;
  private int listening;
  private volatile StatefulRedisConnection<String, byte[]> connection;
  private volatile State state = State.UNKNOWN;

  private enum State {
    UNKNOWN,
    THERE,
    AWAY
  }

  /**
   * Looks whether it is there, and goes on when it is not.
   *
   * @param url {@code redis://…}, or {@code rediss://…} for TLS
   * @throws CannotStartException when the URL is none of Redis
   */
  public Redis(@Value("${spring.data.redis.url:}") String url, MeterRegistry metrics) {
    this.uri = parse(url.isBlank() ? "redis://localhost:6379" : url.strip());
    uri.setTimeout(PATIENCE);
    uri.setClientName("annals");
    this.resources =
        ClientResources.builder()
            .ioThreadPoolSize(2)
            .computationThreadPoolSize(2)
            .reconnectDelay(Delay.constant(BETWEEN_LOOKS))
            .build();
    this.client = RedisClient.create(resources, uri);
    client.setOptions(
        ClientOptions.builder()
            .disconnectedBehavior(DisconnectedBehavior.REJECT_COMMANDS)
            .timeoutOptions(TimeoutOptions.enabled(PATIENCE))
            .socketOptions(SocketOptions.builder().connectTimeout(PATIENCE).build())
            .build());
    CustomizableThreadFactory threads = new CustomizableThreadFactory("redis-lookout-");
    threads.setDaemon(true);
    this.lookout = Executors.newSingleThreadScheduledExecutor(threads);
    metrics.gauge("annals.redis.up", this, redis -> redis.isAvailable() ? 1 : 0);
    look();
    ScheduledFuture<?> unused =
        lookout.scheduleWithFixedDelay(
            this::look, BETWEEN_LOOKS.toMillis(), BETWEEN_LOOKS.toMillis(), TimeUnit.MILLISECONDS);
  }

  private static RedisURI parse(String url) {
    try {
      return RedisURI.create(url);
    } catch (IllegalArgumentException e) {
      throw new CannotStartException(
          "spring.data.redis.url is no address of Redis: %s."
              .formatted(StoreAddress.withoutCredentials(url)),
          e);
    }
  }

  /** Whether it answered when it was last asked. */
  public boolean isAvailable() {
    return state == State.THERE;
  }

  /**
   * Asks it something.
   *
   * @return what it answered; nothing if it is away, does not answer within a second or fails
   */
  public <T> Optional<T> execute(
      Function<RedisAsyncCommands<String, byte[]>, ? extends CompletionStage<T>> question) {
    if (!isAvailable()) {
      return Optional.empty();
    }
    try {
      return Optional.ofNullable(
          question
              .apply(connection.async())
              .toCompletableFuture()
              .get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS));
    } catch (ExecutionException failure) {
      away(failure.getCause());
    } catch (TimeoutException | RedisException failure) {
      away(failure);
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while asking Redis", stopping);
    }
    return Optional.empty();
  }

  /**
   * Tells all processes that listen to the channel, this one included; when Redis is away, none.
   * Returns at once.
   */
  public void publish(String channel, String message) {
    if (isAvailable()) {
      connection
          .async()
          .publish(channel, message.getBytes(StandardCharsets.UTF_8))
          .whenComplete(
              (heard, failure) -> {
                if (failure != null) {
                  away(failure);
                }
              });
    }
  }

  /**
   * Listens from soon on, as long as Redis is there; what is published while it is away is missed.
   *
   * @param listener must not wait; the only one of its channel
   */
  public void subscribe(String channel, Consumer<String> listener) {
    listeners.put(channel, listener);
    lookout.execute(this::look);
  }

  private void look() {
    try {
      if (connection == null) {
        connection = client.connect(CODEC);
      }
      if (isAvailable()) {
        connection.sync().ping();
      } else {
        // It may be there, and take none.
        connection.sync().set("annals:lookout", new byte[0], SetArgs.Builder.px(PATIENCE));
      }
      listenOn();
      there();
    } catch (RedisException failure) {
      away(failure);
    }
  }

  // What was subscribed to on a connection is again, by itself, when it is made anew.
  private void listenOn() {
    if (listening == listeners.size()) {
      return;
    }
    if (messages == null) {
      messages = client.connectPubSub(StringCodec.UTF8);
      messages.addListener(
          new RedisPubSubAdapter<>() {
            @Override
            public void message(String channel, String message) {
              listeners.get(channel).accept(message);
            }
          });
    }
    String[] channels = listeners.keySet().toArray(String[]::new);
    messages.sync().subscribe(channels);
    listening = channels.length;
  }

  private synchronized void there() {
    if (state == State.AWAY) {
      log.info("Redis is back");
    }
    state = State.THERE;
  }

  private synchronized void away(Throwable why) {
    if (state != State.AWAY && !lookout.isShutdown()) {
      state = State.AWAY;
      log.warn(
          "Redis is away, and everything goes on without it: {}",
          StoreAddress.withoutCredentials(String.valueOf(why.getMessage())));
    }
  }

  @Override
  public void destroy() {
    lookout.shutdownNow();
    client.shutdown(0, 1, TimeUnit.SECONDS);
    var unused = resources.shutdown(0, 1, TimeUnit.SECONDS);
  }
}
