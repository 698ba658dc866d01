package dev.annals.http.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.annals.base.problem.Refusal;
import dev.annals.http.redis.Redis;
import dev.annals.http.redis.RedisConfiguration;
import dev.annals.servers.TestRedis;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

/** Tests that two processes with one Redis share their limits. */
class SharedLimitsTest {

  private static final TestRedis SERVER = new TestRedis();

  private final ConfigurableApplicationContext program = SERVER.open(RedisConfiguration.class);
  private final ConfigurableApplicationContext other = SERVER.open(RedisConfiguration.class);
  private final Redis redis = program.getBean(Redis.class);
  private final Redis otherRedis = other.getBean(Redis.class);
  private final UUID user = UUID.randomUUID();
  private final String account = user.toString();

  @AfterEach
  void close() {
    program.close();
    other.close();
  }

  @AfterAll
  static void stop() {
    SERVER.close();
  }

  @Test
  void grants50Of51ConcurrentTasksOfBothProcesses() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(51);
    try {
      List<Future<Boolean>> requests = new ArrayList<>();
      for (int i = 0; i < 51; i++) {
        Redis connection = i % 2 == 0 ? redis : otherRedis;
        requests.add(threads.submit(() -> creates(limits(connection), 1)));
      }
      int granted = 0;
      for (Future<Boolean> request : requests) {
        granted += request.get() ? 1 : 0;
      }
      assertThat(granted).isEqualTo(50);
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void restoresTheSharedQuotaIfWorkFails() {
    assertThatThrownBy(
            () ->
                limits(redis)
                    .spendOnSuccess(
                        SamplePolicy.TASKS_PER_DAY,
                        user,
                        50,
                        () -> {
                          throw new IllegalStateException("The database is down");
                        }))
        .isInstanceOf(IllegalStateException.class);

    assertThat(creates(limits(otherRedis), 50)).isTrue();
    assertThat(creates(limits(redis), 1)).isFalse();
  }

  @Test
  void countsFailedLoginsOfBothProcessesAndNoSuccesses() {
    Limits here = limits(redis);
    Limits there = limits(otherRedis);
    for (int i = 0; i < 20; i++) {
      here.attempt(SamplePolicy.LOGIN, account, () -> Optional.of("welcome"));
    }
    for (int i = 0; i < 5; i++) {
      here.attempt(SamplePolicy.LOGIN, account, Optional::empty);
      there.attempt(SamplePolicy.LOGIN, account, Optional::empty);
    }

    assertThatThrownBy(
            () -> there.attempt(SamplePolicy.LOGIN, account, () -> Optional.of("welcome")))
        .isInstanceOf(Refusal.class);
  }

  @Test
  void limitsAttemptsUnderWayInBothProcessesToTheRemainingFailures() {
    Limits here = limits(redis);
    Limits there = limits(otherRedis);
    AtomicInteger made = new AtomicInteger();

    assertThat(nested(here, there, made)).contains("refused");

    assertThat(made).hasValue(10);
    assertThat(here.attempt(SamplePolicy.LOGIN, account, () -> Optional.of("again")))
        .contains("again");
  }

  /** Nests attempts of both processes in turn until one is refused. */
  private Optional<String> nested(Limits here, Limits there, AtomicInteger made) {
    if (made.get() == 20) {
      return Optional.of("none refused");
    }
    try {
      return here.attempt(
          SamplePolicy.LOGIN,
          account,
          () -> {
            made.incrementAndGet();
            return nested(there, here, made);
          });
    } catch (Refusal refused) {
      return Optional.of("refused");
    }
  }

  @Test
  void eachProcessGrantsItsOwnLimitWhileRedisIsDownAndTheSharedOneAfterwards() {
    Limits here = limits(redis);
    Limits there = limits(otherRedis);
    SERVER.stop();
    assertThat(creates(here, 50)).isTrue();
    assertThat(creates(here, 1)).isFalse();
    assertThat(creates(there, 50)).isTrue();

    SERVER.start();

    await().until(() -> redis.isAvailable() && otherRedis.isAvailable());
    assertThat(creates(here, 30)).isTrue();
    assertThat(creates(there, 30)).isFalse();
    assertThat(creates(there, 20)).isTrue();
  }

  private boolean creates(Limits limits, int tasks) {
    try {
      return limits.spendOnSuccess(SamplePolicy.TASKS_PER_DAY, user, tasks, () -> true);
    } catch (Refusal refused) {
      return false;
    }
  }

  private static Limits limits(Redis redis) {
    Clock clock = Clock.systemUTC();
    return new Limits(
        SamplePolicy.limits(new Allowances(new Allowance(10, Duration.ofMinutes(15)), null, null)),
        new SharedBuckets(redis, clock),
        new ClientAddresses(new ClientAddresses.Properties(List.of())),
        clock,
        new MockHttpServletRequest(),
        new MockHttpServletResponse());
  }
}
