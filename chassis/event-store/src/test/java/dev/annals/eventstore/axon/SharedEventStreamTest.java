package dev.annals.eventstore.axon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.axonframework.eventhandling.GapAwareTrackingToken;
import org.axonframework.eventhandling.GenericEventMessage;
import org.axonframework.eventhandling.GenericTrackedEventMessage;
import org.axonframework.eventhandling.TrackedEventMessage;
import org.axonframework.eventhandling.TrackingToken;
import org.axonframework.eventsourcing.eventstore.EmbeddedEventStore;
import org.axonframework.eventsourcing.eventstore.inmemory.InMemoryEventStorageEngine;
import org.junit.jupiter.api.Test;

/** Tests several followers of one store. */
class SharedEventStreamTest {

  private final AtomicInteger reads = new AtomicInteger();
  private final AtomicLong commits = new AtomicLong();
  private final AtomicLong nanos = new AtomicLong();
  private final AtomicInteger size = new AtomicInteger();
  private volatile Supplier<RuntimeException> failure;
  private final InMemoryEventStorageEngine engine =
      new InMemoryEventStorageEngine() {
        @Override
        public Stream<? extends TrackedEventMessage<?>> readEvents(
            TrackingToken position, boolean mayBlock) {
          if (failure != null) {
            throw failure.get();
          }
          reads.incrementAndGet();
          return super.readEvents(position, mayBlock);
        }
      };
  private final EmbeddedEventStore store =
      EmbeddedEventStore.builder().storageEngine(engine).optimizeEventConsumption(false).build();
  private final SharedEventStream shared =
      new SharedEventStream(store, commits::get, nanos::get, event -> size.get());

  @Test
  void showsEachEventInOrderToAllFollowers() {
    SharedEventStream.Follower one = follow(null);
    SharedEventStream.Follower other = follow(null);
    append(0, 3);
    assertThat(taken(one)).containsExactly(0, 1, 2);
    append(3, 5);

    assertThat(taken(other)).containsExactly(0, 1, 2, 3, 4);
    assertThat(taken(one)).containsExactly(3, 4);
  }

  @Test
  void showsTheSameObjectToAllFollowers() {
    SharedEventStream.Follower one = follow(null);
    SharedEventStream.Follower other = follow(null);
    append(0, 1);

    assertThat(one.peek().orElseThrow()).isSameAs(other.peek().orElseThrow());
  }

  @Test
  void doesNotQueryTheStoreAgainBeforeACommit() {
    SharedEventStream.Follower one = follow(null);
    SharedEventStream.Follower other = follow(null);
    append(0, 1);
    taken(one);
    int before = reads.get();
    taken(one);
    taken(other);

    assertThat(reads).hasValue(before);
  }

  @Test
  void queriesTheStoreAfterTwoSecondsWithoutACommit() {
    SharedEventStream.Follower one = follow(null);
    append(0, 1);
    taken(one);
    engine.appendEvents(List.of(GenericEventMessage.asEventMessage(1)));
    nanos.set(1_999_999_999);
    assertThat(taken(one)).isEmpty();
    nanos.set(2_000_000_000);

    assertThat(taken(one)).containsExactly(1);
  }

  @Test
  void continuesFromTheTokenOfALaterFollower() {
    SharedEventStream.Follower one = follow(null);
    append(0, 4);
    one.peek();
    TrackingToken second = one.take().trackingToken();
    taken(one);

    assertThat(taken(follow(second))).containsExactly(1, 2, 3);
  }

  @Test
  void refusesAFollowerFromAPositionThatItHasNotSeen() {
    append(0, 4);
    TrackingToken end = store.createHeadToken();
    follow(end);

    assertThat(shared.follow(null)).isEmpty();
  }

  @Test
  void refusesAFollowerWithGapsThatItHasPassed() {
    SharedEventStream late =
        new SharedEventStream(store, commits::get, nanos::get, event -> size.get());
    // The token does not tell whether 5 was read or dropped.
    TrackingToken without = GapAwareTrackingToken.newInstance(10, Set.of()).advanceTo(11, 0);
    assertThat(late.follow(without)).isPresent();

    assertThat(late.follow(GapAwareTrackingToken.newInstance(11, Set.of(5L)))).isEmpty();
    assertThat(late.follow(GapAwareTrackingToken.newInstance(11, Set.of()))).isPresent();
    SharedEventStream other =
        new SharedEventStream(store, commits::get, nanos::get, event -> size.get());
    assertThat(other.follow(GapAwareTrackingToken.newInstance(11, Set.of(5L, 7L)))).isPresent();
    assertThat(other.follow(GapAwareTrackingToken.newInstance(11, Set.of(7L)))).isPresent();
  }

  @Test
  void restartsAtTheNextFollowerAfterAllHaveLeft() {
    follow(null).close();
    append(0, 4);
    SharedEventStream.Follower one = follow(store.createHeadToken());
    append(4, 6);

    assertThat(taken(one)).containsExactly(4, 5);
  }

  @Test
  void reportsAFollowerThatIsBehindItsBuffer() {
    SharedEventStream.Follower slow = follow(null);
    SharedEventStream.Follower fast = follow(null);
    append(0, 600);
    assertThat(taken(fast)).hasSize(600);

    assertThat(slow.peek()).isEmpty();
    assertThat(slow.isBehind()).isTrue();
    assertThat(fast.isBehind()).isFalse();
  }

  @Test
  void buffersAtMostTwoMebibytes() {
    size.set(512 * 1024);
    SharedEventStream.Follower slow = follow(null);
    SharedEventStream.Follower fast = follow(null);
    append(0, 4);
    assertThat(taken(fast)).hasSize(4);
    assertThat(slow.peek()).isPresent();
    slow.take();

    append(4, 10);

    assertThat(taken(fast)).containsExactly(4, 5, 6, 7, 8, 9);
    assertThat(slow.peek()).isEmpty();
    assertThat(slow.isBehind()).isTrue();
  }

  @Test
  void showsAnEventLargerThanTheBufferToAllFollowers() {
    size.set(3 * 1024 * 1024);
    SharedEventStream.Follower one = follow(null);
    SharedEventStream.Follower other = follow(null);
    append(0, 1);

    assertThat(taken(one)).containsExactly(0);
    assertThat(taken(other)).containsExactly(0);
  }

  @Test
  void clearsTheBufferAndContinuesWithTheNextEvent() {
    SharedEventStream.Follower slow = follow(null);
    SharedEventStream.Follower fast = follow(null);
    append(0, 3);
    taken(fast);

    shared.clear();

    append(3, 5);
    assertThat(taken(fast)).containsExactly(3, 4);
    assertThat(slow.peek()).isEmpty();
    assertThat(slow.isBehind()).isTrue();
  }

  @Test
  void continuesAfterAFailureOfTheStore() {
    SharedEventStream.Follower one = follow(null);
    failure = () -> new IllegalStateException("away");
    append(0, 1);
    assertThatThrownBy(one::peek).hasMessage("away");
    failure = null;

    assertThat(taken(one)).containsExactly(0);
  }

  @Test
  void knowsTheEventAtAPositionAlsoIfALateOneFollowsIt() {
    GapAwareTrackingToken first = GapAwareTrackingToken.newInstance(1, Set.of());
    GapAwareTrackingToken third = first.advanceTo(3, 10);
    GapAwareTrackingToken late = third.advanceTo(2, 10);
    List<TrackedEventMessage<?>> events =
        Stream.of(first, third, late, late.advanceTo(4, 10))
            .<TrackedEventMessage<?>>map(
                token ->
                    new GenericTrackedEventMessage<>(token, GenericEventMessage.asEventMessage(1)))
            .toList();
    InMemoryEventStorageEngine gaps =
        new InMemoryEventStorageEngine() {
          @Override
          public Stream<? extends TrackedEventMessage<?>> readEvents(
              TrackingToken position, boolean mayBlock) {
            return events.stream()
                .dropWhile(event -> position != null && !event.trackingToken().equals(position))
                .skip(position == null ? 0 : 1);
          }
        };
    SharedEventStream stream =
        new SharedEventStream(
            EmbeddedEventStore.builder()
                .storageEngine(gaps)
                .optimizeEventConsumption(false)
                .build(),
            () -> 1,
            nanos::get,
            event -> 1);

    assertThat(taken(stream.follow(null).orElseThrow())).hasSize(4);

    assertThat(stream.identifierAt(1)).hasValue(events.get(0).getIdentifier());
    assertThat(stream.identifierAt(2)).isEmpty();
    assertThat(stream.identifierAt(3)).hasValue(events.get(1).getIdentifier());
    assertThat(stream.identifierAt(4)).hasValue(events.get(3).getIdentifier());
    assertThat(stream.identifierAt(5)).isEmpty();
    stream.clear();
    assertThat(stream.identifierAt(4)).isEmpty();
  }

  private SharedEventStream.Follower follow(TrackingToken position) {
    return shared.follow(position).orElseThrow();
  }

  private void append(int from, int to) {
    engine.appendEvents(
        IntStream.range(from, to).mapToObj(GenericEventMessage::asEventMessage).toList());
    commits.incrementAndGet();
  }

  private static List<Object> taken(SharedEventStream.Follower follower) {
    List<Object> payloads = new ArrayList<>();
    for (Optional<?> next = follower.peek(); next.isPresent(); next = follower.peek()) {
      payloads.add(follower.take().getPayload());
    }
    return payloads;
  }
}
