package dev.annals.projection.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DataAccessResourceFailureException;

/** How many queries the waiting readers cost, and how long each waits. */
class ReadYourWritesTest {

  private final Set<Integer> there = ConcurrentHashMap.newKeySet();
  private final Set<Integer> elsewhere = ConcurrentHashMap.newKeySet();
  private final AtomicInteger thorough = new AtomicInteger();
  private final Set<Integer> writtenHere = ConcurrentHashMap.newKeySet();
  private final List<Set<Integer>> looks = new CopyOnWriteArrayList<>();
  private volatile boolean away;
  private final ReadYourWrites<Integer> writes =
      new ReadYourWrites<>(this::lacking, this::unwritten, this::lackingEverywhere);

  private Set<Integer> lacking(Set<Integer> wanted) {
    looks.add(Set.copyOf(wanted));
    if (away) {
      throw new DataAccessResourceFailureException("away");
    }
    return wanted.stream().filter(it -> !there.contains(it)).collect(Collectors.toSet());
  }

  private Set<Integer> lackingEverywhere(Set<Integer> wanted) {
    thorough.incrementAndGet();
    return lacking(wanted).stream()
        .filter(it -> !elsewhere.contains(it))
        .collect(Collectors.toSet());
  }

  private Set<Integer> unwritten(Set<Integer> wanted) {
    return wanted.stream().filter(it -> !writtenHere.contains(it)).collect(Collectors.toSet());
  }

  @AfterEach
  void noQueryFollows() {
    await()
        .untilAsserted(
            () -> {
              looks.clear();
              await().during(Duration.ofMillis(50)).until(looks::isEmpty);
            });
  }

  @Test
  void completesAtOnceWhenEverythingIsShown() {
    there.add(1);

    assertThat(writes.shown(Set.of(1))).isCompleted();
    assertThat(writes.shown(Set.of())).isCompleted();
    assertThat(looks).containsExactly(Set.of(1));
  }

  @Test
  void completesAReaderAfterAWriteOfThisProcessWithoutAQueryForIt() {
    CompletableFuture<Void> one = writes.shown(Set.of(1));
    CompletableFuture<Void> another = writes.shown(Set.of(2));
    writtenHere.add(1);
    writes.signalWrite();

    assertThat(one).succeedsWithin(Duration.ofSeconds(5));
    assertThat(another).isNotDone();
    there.add(2);
    assertThat(another).succeedsWithin(Duration.ofSeconds(5));
  }

  @Test
  void sharesEachQueryAmongAllReaders() {
    List<CompletableFuture<Void>> waiting =
        IntStream.range(0, 1_000).mapToObj(i -> writes.shown(Set.of(i, i + 1))).toList();
    looks.clear();
    long began = System.nanoTime();
    await().until(() -> looks.size() >= 5);
    long most = Duration.ofNanos(System.nanoTime() - began).toMillis() / 10 + 2;

    assertThat(looks.size()).isLessThanOrEqualTo(Math.toIntExact(most));
    assertThat(looks.get(1)).hasSize(1_001);

    IntStream.range(0, 1_001).forEach(there::add);
    assertThat(CompletableFuture.allOf(waiting.toArray(CompletableFuture[]::new)))
        .succeedsWithin(Duration.ofSeconds(5));
  }

  @Test
  void completesEachReaderWhenAllItsChangesAreShown() {
    CompletableFuture<Void> both = writes.shown(Set.of(1, 2));
    CompletableFuture<Void> other = writes.shown(Set.of(3));
    there.add(1);
    await().until(() -> looks.contains(Set.of(2, 3)));
    assertThat(both).isNotDone();

    there.add(2);
    assertThat(both).succeedsWithin(Duration.ofSeconds(5));
    assertThat(other).isNotDone();
    there.add(3);
    assertThat(other).succeedsWithin(Duration.ofSeconds(5));
  }

  @Test
  void looksThoroughlyFourTimesASecondAtMost() {
    long began = System.nanoTime();
    CompletableFuture<Void> found = writes.shown(Set.of(1));
    CompletableFuture<Void> other = writes.shown(Set.of(2));
    await().until(() -> thorough.get() > 1);
    elsewhere.add(1);

    assertThat(found).succeedsWithin(Duration.ofSeconds(5));
    assertThat(other).isNotDone();
    assertThat(thorough.get())
        .isLessThanOrEqualTo((int) Duration.ofNanos(System.nanoTime() - began).toMillis() / 250);
    other.cancel(false);
  }

  @Test
  void doesNotQueryForAReaderThatHasCancelled() {
    CompletableFuture<Void> gone = writes.shown(Set.of(1));
    gone.cancel(false);
  }

  @Test
  void queriesForAtMost5000ChangesAtATime() {
    List<CompletableFuture<Void>> waiting =
        List.of(
            writes.shown(numbers(0, 5_000)),
            writes.shown(numbers(5_000, 10_000)),
            writes.shown(numbers(10_000, 10_001)));
    await().until(() -> looks.size() > 10);

    assertThat(looks).allSatisfy(look -> assertThat(look).hasSizeLessThanOrEqualTo(5_000));

    there.addAll(numbers(0, 10_001));
    assertThat(CompletableFuture.allOf(waiting.toArray(CompletableFuture[]::new)))
        .succeedsWithin(Duration.ofSeconds(5));
  }

  @Test
  void failsAllReadersWhenTheDatabaseIsUnavailableAndQueriesForTheNext() {
    CompletableFuture<Void> one = writes.shown(Set.of(1));
    CompletableFuture<Void> another = writes.shown(Set.of(2));
    away = true;

    for (CompletableFuture<Void> waiting : List.of(one, another)) {
      assertThat(waiting)
          .failsWithin(Duration.ofSeconds(5))
          .withThrowableThat()
          .withCauseInstanceOf(DataAccessResourceFailureException.class);
    }
    assertThatThrownBy(() -> writes.shown(Set.of(3)))
        .isInstanceOf(DataAccessResourceFailureException.class);
    away = false;
    CompletableFuture<Void> later = writes.shown(Set.of(3));
    there.add(3);
    writes.signalWrite();
    assertThat(later).succeedsWithin(Duration.ofSeconds(5));
  }

  private static Set<Integer> numbers(int from, int to) {
    return IntStream.range(from, to).boxed().collect(Collectors.toSet());
  }
}
