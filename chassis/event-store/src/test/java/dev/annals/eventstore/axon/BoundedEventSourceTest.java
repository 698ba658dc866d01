package dev.annals.eventstore.axon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.axonframework.common.stream.BlockingStream;
import org.axonframework.common.transaction.NoTransactionManager;
import org.axonframework.eventhandling.EventHandler;
import org.axonframework.eventhandling.GenericEventMessage;
import org.axonframework.eventhandling.SimpleEventHandlerInvoker;
import org.axonframework.eventhandling.TrackedEventMessage;
import org.axonframework.eventhandling.pooled.PooledStreamingEventProcessor;
import org.axonframework.eventhandling.tokenstore.inmemory.InMemoryTokenStore;
import org.axonframework.eventsourcing.eventstore.EmbeddedEventStore;
import org.axonframework.eventsourcing.eventstore.inmemory.InMemoryEventStorageEngine;
import org.axonframework.messaging.StreamableMessageSource;
import org.axonframework.messaging.unitofwork.BatchingUnitOfWork;
import org.axonframework.messaging.unitofwork.CurrentUnitOfWork;
import org.hamcrest.Matchers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tests with a processor of two segments and events of half a mebibyte. */
class BoundedEventSourceTest {

  private final AtomicInteger taken = new AtomicInteger();
  private final CountDownLatch begin = new CountDownLatch(1);
  private final List<Integer> handled = new CopyOnWriteArrayList<>();
  private final List<Integer> batches = new CopyOnWriteArrayList<>();
  private final ScheduledExecutorService threads = Executors.newScheduledThreadPool(3);
  private final InMemoryEventStorageEngine engine = new InMemoryEventStorageEngine();
  private final BoundedEventSource events =
      new BoundedEventSource(
          EmbeddedEventStore.builder().storageEngine(engine).build(),
          event -> {
            taken.incrementAndGet();
            return 512 * 1024;
          });
  private final PooledStreamingEventProcessor processor =
      PooledStreamingEventProcessor.builder()
          .name("large")
          .eventHandlerInvoker(
              SimpleEventHandlerInvoker.builder().eventHandlers(new Handler()).build())
          .messageSource(events)
          .tokenStore(new InMemoryTokenStore())
          .transactionManager(NoTransactionManager.instance())
          .coordinatorExecutor(threads)
          .workerExecutor(threads)
          .initialSegmentCount(2)
          .initialToken(StreamableMessageSource::createTailToken)
          .batchSize(200)
          .build();

  final class Handler {

    @EventHandler
    void on(Integer number) throws InterruptedException {
      begin.await();
      handled.add(number);
      batches.add(((BatchingUnitOfWork<?>) CurrentUnitOfWork.get().root()).getMessages().size());
    }
  }

  @AfterEach
  void stop() {
    begin.countDown();
    processor.shutDown();
    threads.shutdownNow();
  }

  @Test
  void holdsAtMostFourMebibytesAndHandlesAllEventsInBatchesOfThatSize() {
    engine.appendEvents(
        IntStream.range(0, 20).mapToObj(GenericEventMessage::asEventMessage).toList());
    events.attach(() -> processor, threads);
    processor.start();

    await().untilAtomic(taken, Matchers.is(8));
    await().during(Duration.ofMillis(100)).untilAtomic(taken, Matchers.is(8));
    begin.countDown();

    await().atMost(20, TimeUnit.SECONDS).until(() -> handled.size() == 20);
    assertThat(handled).doesNotHaveDuplicates();
    assertThat(batches).allMatch(size -> size <= 8);
  }

  @Test
  void schedulesOneRecheckForManyCallsWhileFull() throws InterruptedException {
    engine.appendEvents(
        IntStream.range(0, 20).mapToObj(GenericEventMessage::asEventMessage).toList());
    ScheduledThreadPoolExecutor coordinator = new ScheduledThreadPoolExecutor(1);
    events.attach(() -> processor, coordinator);
    try (BlockingStream<TrackedEventMessage<?>> stream = events.openStream(null)) {
      await().until(stream::hasNextAvailable);
      for (int i = 0; i < 8; i++) {
        assertThat(stream.hasNextAvailable()).isTrue();
        stream.nextAvailable();
      }
      Future<?> unused =
          coordinator.submit(
              () -> {
                begin.await();
                return null;
              });
      await().until(() -> coordinator.getActiveCount() == 1 && coordinator.getQueue().isEmpty());

      for (int i = 0; i < 100; i++) {
        assertThat(stream.hasNextAvailable()).isFalse();
      }

      assertThat(coordinator.getQueue()).hasSize(1);
    } finally {
      begin.countDown();
      coordinator.shutdownNow();
    }
  }
}
