package dev.annals.projection.list;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.annals.http.redis.Redis;
import dev.annals.http.redis.RedisConfiguration;
import dev.annals.http.web.Page;
import dev.annals.http.web.Paging;
import dev.annals.http.web.SerializedPage;
import dev.annals.projection.list.CachedPages.Answer;
import dev.annals.servers.TestRedis;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.dao.DataAccessResourceFailureException;
import tools.jackson.databind.json.JsonMapper;

/** Two processes that cache the pages of one list in one Redis. */
class CachedPagesTest {

  private static final TestRedis SERVER = new TestRedis();

  private final ConfigurableApplicationContext program = SERVER.open(RedisConfiguration.class);
  private final ConfigurableApplicationContext other = SERVER.open(RedisConfiguration.class);
  private final Redis redis = program.getBean(Redis.class);
  private final CachedPages<Item> pages = new CachedPages<>(redis, JsonMapper.shared(), "items");
  private final CachedPages<Item> another =
      new CachedPages<>(other.getBean(Redis.class), JsonMapper.shared(), "items");
  private final UUID ann = UUID.randomUUID();
  private final UUID ben = UUID.randomUUID();

  record Item(String name, Instant at, Optional<Integer> number) {}

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
  void findsAPageOfAnotherProcessByOneCommand() {
    assertThat(pages.find(ann, "q", false, page("first"))).isEqualTo(miss("first"));
    SERVER.connection().sync().configResetstat();

    assertThat(another.find(ann, "q", false, page("second"))).isEqualTo(hit("first"));

    assertThat(SERVER.connection().sync().info("commandstats"))
        .contains("cmdstat_hget:calls=1,")
        .doesNotContain("cmdstat_get", "cmdstat_eval", "cmdstat_scan", "cmdstat_keys");
  }

  @Test
  void separatesPagesByQueryAndUser() {
    pages.find(ann, List.of("a, b"), false, page("1"));

    assertThat(pages.find(ann, List.of("a", "b"), false, page("2"))).isEqualTo(miss("2"));
    assertThat(pages.find(ben, List.of("a, b"), false, page("3"))).isEqualTo(miss("3"));
    assertThat(pages.find(ann, List.of("a, b"), false, page("4"))).isEqualTo(hit("1"));
  }

  @Test
  void dropsAllPagesOfAUserAndNoOthers() {
    pages.find(ann, "a", false, page("1"));
    pages.find(ann, "b", false, page("1"));
    pages.find(ben, "a", false, page("1"));

    another.drop(List.of(ann.toString()));

    assertThat(pages.find(ann, "a", false, page("2"))).isEqualTo(miss("2"));
    assertThat(pages.find(ann, "b", false, page("2"))).isEqualTo(miss("2"));
    assertThat(pages.find(ben, "a", false, page("2"))).isEqualTo(hit("1"));
  }

  @Test
  void doesNotStoreAPageReadBeforeADrop() {
    Supplier<Page<Item>> overtaken =
        () -> {
          another.drop(List.of(ann.toString()));
          return page("old").get();
        };
    assertThat(pages.find(ann, "q", false, overtaken)).isEqualTo(miss("old"));

    assertThat(pages.find(ann, "q", false, page("new"))).isEqualTo(miss("new"));
    assertThat(pages.find(ann, "q", false, page("newer"))).isEqualTo(hit("new"));
  }

  @Test
  void storesARefreshedPageForAllProcesses() {
    pages.find(ann, "q", false, page("old"));

    assertThat(pages.find(ann, "q", true, page("new"))).isEqualTo(miss("new"));
    assertThat(another.find(ann, "q", false, page("newer"))).isEqualTo(hit("new"));
  }

  @Test
  void readsOnceForAHundredConcurrentCalls() throws Exception {
    AtomicInteger readings = new AtomicInteger();
    ExecutorService people = Executors.newFixedThreadPool(100);
    try {
      List<Future<Answer<Item>>> answers = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        answers.add(
            people.submit(
                () ->
                    pages.find(
                        ann,
                        "q",
                        false,
                        () -> {
                          readings.incrementAndGet();
                          return page("1").get();
                        })));
      }
      for (Future<Answer<Item>> answer : answers) {
        assertThat(answer.get().page()).isEqualTo(written("1"));
      }
    } finally {
      people.shutdownNow();
    }
    assertThat(readings).hasValue(1);
  }

  @Test
  void doesNotStoreAFailure() {
    assertThatThrownBy(
            () ->
                pages.find(
                    ann,
                    "q",
                    false,
                    () -> {
                      throw new DataAccessResourceFailureException("away");
                    }))
        .isInstanceOf(DataAccessResourceFailureException.class);

    assertThat(pages.find(ann, "q", false, page("1"))).isEqualTo(miss("1"));
  }

  @Test
  void expiresPagesWithin30SecondsAndStoresAtMost64PerUser() {
    for (int i = 0; i < 70; i++) {
      pages.find(ann, i, false, page("1"));
    }
    String key = "annals:items:{" + ann + "}";
    assertThat(SERVER.connection().sync().hlen(key)).isEqualTo(64);
    assertThat(SERVER.connection().sync().pttl(key)).isBetween(1L, 30_000L);
    SERVER.connection().sync().pexpire(key, 1);
    await()
        .untilAsserted(
            () -> assertThat(pages.find(ann, 1, false, page("2")).page()).isEqualTo(written("2")));
  }

  @Test
  void readsAgainWhenThePageIsStoredInAnotherForm() {
    pages.find(ann, "q", false, page("1"));
    String key = "annals:items:{" + ann + "}";
    String field = SERVER.connection().sync().hkeys(key).get(0);
    SERVER.connection().sync().hset(key, field, "{\"content\":[],\"page\":null}");

    assertThat(pages.find(ann, "q", false, page("2"))).isEqualTo(miss("2"));
  }

  @Test
  void doesNotStoreALargePage() {
    pages.find(ann, "q", false, page("x".repeat(300_000)));

    assertThat(pages.find(ann, "q", false, page("2"))).isEqualTo(miss("2"));
  }

  @Test
  void readsEveryPageWithoutRedisAndStoresPagesOnceItIsBack() {
    SERVER.stop();
    assertThat(pages.find(ann, "q", false, page("1"))).isEqualTo(miss("1"));
    assertThat(pages.find(ann, "q", false, page("2"))).isEqualTo(miss("2"));
    pages.drop(List.of(ann.toString()));
    assertThat(redis.isAvailable()).isFalse();

    SERVER.start();

    await().until(redis::isAvailable);
    assertThat(pages.find(ann, "q", false, page("3"))).isEqualTo(miss("3"));
    assertThat(pages.find(ann, "q", false, page("4"))).isEqualTo(hit("3"));
  }

  private static Supplier<Page<Item>> page(String name) {
    Item item = new Item(name, Instant.parse("2026-11-22T05:50:00.123Z"), Optional.empty());
    return () -> Page.of(List.of(item), new Paging(0, 20), 21);
  }

  private static SerializedPage written(String name) {
    return new SerializedPage(
        new Page.Position(20, 0, 21, 2),
        """
        {"content":[{"name":"%s","at":"2026-11-22T05:50:00.123Z","number":null}],\
        "page":{"size":20,"number":0,"totalElements":21,"totalPages":2}}\
        """
            .formatted(name));
  }

  private static Answer<Item> miss(String name) {
    return new Answer<>(written(name), false);
  }

  private static Answer<Item> hit(String name) {
    return new Answer<>(written(name), true);
  }
}
