package dev.annals.http.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.annals.base.start.StoreAddress;
import io.lettuce.core.ClientOptions.DisconnectedBehavior;
import io.lettuce.core.RedisException;
import io.lettuce.core.cluster.SlotHash;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.util.HashedWheelTimer;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.data.redis.autoconfigure.ClientResourcesBuilderCustomizer;
import org.springframework.boot.data.redis.autoconfigure.LettuceClientOptionsBuilderCustomizer;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.data.redis.connection.RedisClusterConnection;
import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.data.redis.connection.lettuce.LettuceConnection;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;

/**
 * A circuit breaker around the connection of Spring Data Redis: after a failure no command is sent
 * until a background probe can write again (every 500 ms; every 2 s while Redis is available), so
 * callers do not wait for a dead server. The keys of a command must be in one slot. Thread-safe.
 */
public final class Redis implements DisposableBean {

  private static final Duration PROBE_INTERVAL = Duration.ofMillis(500);
  private static final long QUIET_NANOS = Duration.ofSeconds(2).toNanos();

  private static final Logger log = LoggerFactory.getLogger(Redis.class);
  private static final String PROBE_KEY = "annals:lookout";

  private final LettuceConnectionFactory connections;
  private final List<Consumer<RedisConnection>> subscriptions = new CopyOnWriteArrayList<>();
  private final List<RedisConnection> subscribed = new ArrayList<>();
  private final ThreadPoolTaskScheduler prober = new ThreadPoolTaskScheduler();

  /** Null while Redis is unavailable. */
  private volatile RedisClusterAsyncCommands<byte[], byte[]> commands;

  private boolean reportedAsAway;
  private long probedAt;

  /** Lets commands fail at once while a connection is broken, instead of waiting for it. */
  @Bean
  static LettuceClientOptionsBuilderCustomizer rejectCommands() {
    return options -> options.disconnectedBehavior(DisconnectedBehavior.REJECT_COMMANDS);
  }

  /** Measures timeouts in steps of 250 ms; each step wakes a thread. */
  @Bean(destroyMethod = "stop")
  static HashedWheelTimer redisTimer() {
    return new HashedWheelTimer(
        new DefaultThreadFactory("redis-timer", true), 250, TimeUnit.MILLISECONDS);
  }

  @Bean
  static ClientResourcesBuilderCustomizer slowTimer(
      @Qualifier("redisTimer") HashedWheelTimer timer) {
    return resources -> resources.timer(timer);
  }

  /** Reports whether Redis is available. Without it the program is only slower. */
  @Bean
  static HealthIndicator redisHealthIndicator(Redis redis) {
    return () ->
        redis.isAvailable()
            ? Health.up().build()
            : Health.down()
                .withDetail("meanwhile", "lists are not cached, and each process limits alone")
                .build();
  }

  /** Connects to Redis. If that fails, it logs the failure and keeps trying. */
  public Redis(LettuceConnectionFactory connections, MeterRegistry metrics) {
    this.connections = connections;
    metrics.gauge("annals.redis.up", this, redis -> redis.isAvailable() ? 1 : 0);
    probe();
    prober.setThreadNamePrefix("redis-prober-");
    prober.setDaemon(true);
    prober.initialize();
    ScheduledFuture<?> unused = prober.scheduleWithFixedDelay(this::probeIfDue, PROBE_INTERVAL);
  }

  /** Returns whether the last command or probe succeeded. */
  public boolean isAvailable() {
    return commands != null;
  }

  /**
   * Executes a command and waits for its result.
   *
   * @return the result; empty if Redis is unavailable, does not answer within {@code
   *     spring.data.redis.timeout} or fails
   */
  public <T> Optional<T> execute(
      Function<RedisClusterAsyncCommands<byte[], byte[]>, ? extends CompletionStage<T>> command) {
    RedisClusterAsyncCommands<byte[], byte[]> current = commands;
    if (current == null) {
      return Optional.empty();
    }
    try {
      return Optional.ofNullable(command.apply(current).toCompletableFuture().get());
    } catch (ExecutionException | RedisException failure) {
      change(current, null, failure);
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
    RedisClusterAsyncCommands<byte[], byte[]> current = commands;
    if (current != null) {
      current
          .publish(channel.getBytes(UTF_8), message.getBytes(UTF_8))
          .whenComplete(
              (receivers, failure) -> {
                if (failure != null) {
                  change(current, null, failure);
                }
              });
    }
  }

  /**
   * Subscribes to a channel asynchronously. Messages are lost while Redis is unavailable.
   *
   * @param listener must not block
   */
  public void subscribe(String channel, Consumer<String> listener) {
    subscriptions.add(
        connection ->
            connection.subscribe(
                (message, pattern) -> listener.accept(new String(message.getBody(), UTF_8)),
                channel.getBytes(UTF_8)));
    prober.execute(this::probe);
  }

  private void probeIfDue() {
    if (!isAvailable() || System.nanoTime() - probedAt >= QUIET_NANOS) {
      probe();
    }
  }

  private void probe() {
    probedAt = System.nanoTime();
    RedisClusterAsyncCommands<byte[], byte[]> current = commands;
    try {
      if (current == null) {
        // The server may have vanished without closing its connections.
        subscribed.forEach(RedisConnection::close);
        subscribed.clear();
        connections.resetConnection();
      }
      LettuceConnection connection = (LettuceConnection) connections.getConnection();
      // A server may answer and still reject writes.
      probeKeys(connection).forEach(key -> connection.stringCommands().setEx(key, 1, new byte[0]));
      while (subscribed.size() < subscriptions.size()) {
        RedisConnection another = connections.getConnection();
        subscribed.add(another);
        subscriptions.get(subscribed.size() - 1).accept(another);
      }
      change(current, connection.getNativeConnection(), null);
    } catch (RuntimeException failure) {
      change(current, null, failure);
    }
  }

  /** Returns a key for each master of a cluster, since any of them may be down. */
  private static Stream<byte[]> probeKeys(RedisConnection connection) {
    if (!(connection instanceof RedisClusterConnection cluster)) {
      return Stream.of(PROBE_KEY.getBytes(UTF_8));
    }
    return StreamSupport.stream(cluster.clusterGetNodes().spliterator(), false)
        .filter(node -> !node.getSlotRange().getSlots().isEmpty())
        .map(
            master ->
                Stream.iterate(0, i -> i + 1)
                    .map(i -> (PROBE_KEY + i).getBytes(UTF_8))
                    .filter(key -> master.servesSlot(SlotHash.getSlot(key)))
                    .findFirst()
                    .orElseThrow());
  }

  /**
   * Switches to a connection, or to none with a reason; does nothing if another thread has switched
   * since, because the reason is then about an earlier connection.
   */
  private synchronized void change(
      RedisClusterAsyncCommands<byte[], byte[]> from,
      RedisClusterAsyncCommands<byte[], byte[]> to,
      Throwable why) {
    if (commands != from) {
      return;
    }
    commands = to;
    if (to != null && reportedAsAway) {
      reportedAsAway = false;
      log.info("Redis is back");
    } else if (to == null && !reportedAsAway && connections.isRunning()) {
      reportedAsAway = true;
      String reason = String.valueOf(NestedExceptionUtils.getMostSpecificCause(why).getMessage());
      log.warn(
          "Redis is away, and everything goes on without it: {}",
          StoreAddress.withoutCredentials(reason.lines().findFirst().orElse("")));
    }
  }

  @Override
  public void destroy() {
    prober.destroy();
  }
}
