package dev.annals.projection.replay;

import dev.annals.eventstore.processor.ProcessorState.Segment;
import dev.annals.projection.deadletter.DeadLetter;
import dev.annals.projection.model.Generation;
import dev.annals.projection.model.Generation.State;
import dev.annals.projection.model.Generations;
import dev.annals.projection.model.ModelProperties;
import dev.annals.projection.model.ReadModel;
import dev.annals.projection.write.Batch;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.axonframework.common.Registration;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.eventhandling.EventProcessor;
import org.axonframework.eventhandling.pooled.PooledStreamingEventProcessor;
import org.axonframework.lifecycle.Lifecycle;
import org.axonframework.lifecycle.Phase;
import org.axonframework.messaging.MessageHandlerInterceptor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The processor of a read model: runs a processor for each of its generations, and takes the steps
 * of a replay. All processes do the same, and the first that sees a due step takes it. Every
 * process must see a step before the next one: so each comes {@link ModelProperties#step()} after
 * this process saw the state before, by its own clock, and a reader trusts a lookup for less than
 * that.
 *
 * <p>A generation that has read events which are not in the event store stops. A build begins
 * again; the serving one, which is not readable, is replaced by a new build.
 */
final class GenerationsProcessor implements EventProcessor, Lifecycle {

  private static final Logger log = LoggerFactory.getLogger(GenerationsProcessor.class);
  private static final Duration MIN_POLL_INTERVAL = Duration.ofMillis(250);

  /** A build has caught up when it reaches a position that was the head within this time. */
  private static final long MAX_TARGET_AGE = TimeUnit.SECONDS.toNanos(3);

  private final ReadModel<?> model;
  private final ProcessorServices services;
  private final LongSupplier head;
  private final Function<String, Running> processors;
  private final Map<String, Running> running = new ConcurrentHashMap<>();
  private final Map<Generation, Long> firstSeen = new HashMap<>();
  // Ends the steps; null while they do not run.
  private volatile Runnable stop;
  private OptionalLong target = OptionalLong.empty();
  private long targetAt;

  /**
   * A processor and its threads.
   *
   * @param leave ends the membership of this process
   */
  record Running(
      PooledStreamingEventProcessor processor,
      List<ScheduledExecutorService> threads,
      Runnable leave) {

    private boolean stop() {
      processor.shutDown();
      end();
      return true;
    }

    /** Ends the threads of the stopped processor. */
    void end() {
      threads.forEach(ScheduledExecutorService::shutdown);
      try {
        leave.run();
      } catch (RuntimeException away) {
        log.debug("The membership ends later", away);
      }
    }
  }

  /**
   * Creates the processor of one model.
   *
   * @param head returns the position of the last event; -1 without events
   * @param processors starts the processor of a name
   */
  GenerationsProcessor(
      ReadModel<?> model,
      ProcessorServices services,
      LongSupplier head,
      Function<String, Running> processors) {
    this.model = model;
    this.services = services;
    this.head = head;
    this.processors = processors;
  }

  @Override
  public void registerLifecycleHandlers(LifecycleRegistry lifecycle) {
    lifecycle.onStart(Phase.INBOUND_EVENT_CONNECTORS, this::start);
    // All models at the same time: while the store is away, each waits for it.
    lifecycle.onShutdown(Phase.INBOUND_EVENT_CONNECTORS, this::shutdownAsync);
  }

  @Override
  public synchronized void start() {
    if (stop == null) {
      stop = services.timer().runEvery(Duration.ZERO, pause(), this::runOnce);
    }
  }

  private Duration pause() {
    return Collections.max(List.of(MIN_POLL_INTERVAL, services.properties().step().dividedBy(3)));
  }

  @Override
  public void shutDown() {
    Runnable last = stop;
    if (last != null) {
      stop = null;
      last.run();
      stopAll();
    }
  }

  private synchronized void stopAll() {
    running.values().forEach(Running::stop);
    running.clear();
  }

  private synchronized void runOnce() {
    Generations now = model.serving().lookUpAll(pause().dividedBy(2));
    firstSeen.keySet().retainAll(now.all());
    now.all().forEach(generation -> firstSeen.putIfAbsent(generation, System.nanoTime()));
    run(now);
    if (model.version() > now.version()
        || (isForeign(now, now.serving()) && model.version() >= now.serving().version())) {
      services.replays().start(getName(), model.version());
    }
    for (Generation generation : now.all()) {
      boolean foreign = isForeign(now, generation);
      switch (generation.state()) {
        case BUILDING, READY -> {
          if (foreign) {
            change(now, now.builtAgain(generation));
          } else if (generation.state() == State.BUILDING) {
            build(now, generation);
          } else {
            swap(now, generation);
          }
        }
        case RETIRED -> retire(now, generation, foreign);
        case STOPPED -> drop(now, generation);
        case SERVING -> {}
      }
    }
  }

  private boolean isForeign(Generations now, Generation generation) {
    return services.tokenEvents().isForeign(now.name(generation));
  }

  private boolean isDue(Generation generation) {
    return System.nanoTime() - firstSeen.get(generation) > services.properties().step().toNanos();
  }

  /** Starts the processors that should run here, and stops all others. */
  private void run(Generations now) {
    if (stop == null) {
      return;
    }
    Set<String> wanted =
        now.all().stream()
            .filter(Generation::runs)
            // This program cannot write a newer program's shape.
            .filter(generation -> generation.version() <= model.version())
            .map(now::name)
            .filter(name -> !services.tokenEvents().isForeign(name))
            .collect(Collectors.toSet());
    running.entrySet().removeIf(it -> !wanted.contains(it.getKey()) && it.getValue().stop());
    wanted.forEach(name -> running.computeIfAbsent(name, processors));
  }

  private void build(Generations now, Generation build) {
    String name = now.name(build);
    List<Segment> segments = services.states().segments(name);
    long last = Math.max(0, head.getAsLong());
    double mean = segments.stream().mapToLong(it -> Math.max(0, it.position())).average().orElse(0);
    services.replays().recordProgress(build.replay(), Math.min(last, (long) mean), last);
    String serving = now.name(now.serving());
    boolean alone = services.tokenEvents().isForeign(serving);
    if (services.letters().count(name) >= Batch.MAX_LETTERS && !alone) {
      if (!services.letters().applySkipsOf(name, serving)) {
        fail(build, "%d events cannot be handled, and it stops there".formatted(Batch.MAX_LETTERS));
      }
    } else if (!segments.isEmpty()
        && caughtUp(lowestPosition(segments))
        && !services.letters().applySkipsOf(name, serving)) {
      long reached = lowestPosition(services.states().segments(serving));
      List<DeadLetter> worse = alone ? List.of() : services.letters().onlyHeldBackIn(name, serving);
      if (worse.isEmpty()) {
        change(now, now.with(build.in(State.READY)));
      } else if (worse.stream().anyMatch(letter -> letter.position() <= reached)) {
        fail(build, "events cannot be handled that the serving generation handled");
      }
    }
  }

  private void fail(Generation build, String because) {
    log.warn("The replay of {} failed: {}", getName(), because);
    services.replays().end(getName(), build.replay(), Replay.State.FAILED);
  }

  private static long lowestPosition(List<Segment> segments) {
    return segments.stream().mapToLong(Segment::position).min().orElse(-1);
  }

  /** Returns true if a build has passed a position that was the head a moment ago. */
  private boolean caughtUp(long behind) {
    long time = System.nanoTime();
    boolean passed = target.isPresent() && behind >= target.getAsLong();
    if (passed) {
      target = OptionalLong.empty();
    } else if (target.isEmpty() || time - targetAt > MAX_TARGET_AGE) {
      target = OptionalLong.of(head.getAsLong());
      targetAt = time;
    }
    return passed;
  }

  private void swap(Generations now, Generation ready) {
    if (isDue(ready) && change(now, now.swapped(ready))) {
      finishReplay(ready);
      log.info("{} is now read from {}", getName(), now.name(ready));
    }
  }

  private void finishReplay(Generation swapped) {
    long last = Math.max(0, head.getAsLong());
    services.replays().recordProgress(swapped.replay(), last, last);
    services.replays().finish(swapped.replay(), Replay.State.DONE);
  }

  private void retire(Generations now, Generation retired, boolean foreign) {
    if (!foreign && now.readBy(model.version()).equals(retired)) {
      // This program is older than the serving generation.
      change(now, now.with(retired.stillNeeded()));
    } else if (foreign || isDue(retired)) {
      // The process that swapped may have ended before it stored this.
      finishReplay(now.serving());
      change(now, now.with(retired.in(State.STOPPED)));
    }
  }

  private void drop(Generations now, Generation stopped) {
    if (isDue(stopped)) {
      if (stopped.replay() != null) {
        // The process that ended the replay may have ended before it stored this.
        services.replays().finish(stopped.replay(), Replay.State.CANCELLED);
      }
      String name = now.name(stopped);
      model.drop(name);
      services.states().remove(name);
      services.letters().removeAll(name);
      change(now, now.without(stopped));
    }
  }

  private boolean change(Generations from, Generations to) {
    boolean changed = services.generations().change(from, to);
    services.durability().force();
    return changed;
  }

  @Override
  public String getName() {
    return model.name();
  }

  @Override
  public boolean isRunning() {
    return stop != null;
  }

  @Override
  public boolean isError() {
    return running.values().stream().anyMatch(it -> it.processor().isError());
  }

  /** Returns an empty list: each generation's processor has its own interceptors. */
  @Override
  public List<MessageHandlerInterceptor<? super EventMessage<?>>> getHandlerInterceptors() {
    return List.of();
  }

  @Override
  public Registration registerHandlerInterceptor(
      MessageHandlerInterceptor<? super EventMessage<?>> interceptor) {
    return () -> false;
  }
}
