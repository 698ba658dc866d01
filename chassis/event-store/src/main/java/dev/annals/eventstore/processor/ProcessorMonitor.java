package dev.annals.eventstore.processor;

import dev.annals.eventstore.axon.CommitSignal;
import dev.annals.http.time.PeriodicTasks;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToDoubleFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Samples the positions of all processors for their rates and the metrics of their lag: every two
 * seconds, but every ten once they have handled all events and no commit is signalled. If a sample
 * fails, both are unknown.
 */
public final class ProcessorMonitor {

  private static final Logger log = LoggerFactory.getLogger(ProcessorMonitor.class);
  private static final Duration SAMPLE_INTERVAL = Duration.ofSeconds(2);
  private static final long QUIET_NANOS = Duration.ofMillis(9_900).toNanos();

  private final List<ProcessorStates> sides;
  private final JdbcClient jdbc;
  private final MeterRegistry metrics;
  private final CommitSignal signal;
  private final Clock clock;
  private long signalled;
  private long sampledAt;
  private final Map<String, Sample> samples = new ConcurrentHashMap<>();
  private final Set<String> registered = ConcurrentHashMap.newKeySet();

  ProcessorMonitor(
      List<ProcessorStates> sides,
      JdbcClient jdbc,
      MeterRegistry metrics,
      CommitSignal signal,
      Clock clock,
      PeriodicTasks tasks) {
    this.sides = List.copyOf(sides);
    this.jdbc = jdbc;
    this.metrics = metrics;
    this.signal = signal;
    this.clock = clock;
    tasks.runEvery(SAMPLE_INTERVAL, this::tryTakeSamples);
  }

  /**
   * A sample of a processor.
   *
   * @param nanos the time by {@link System#nanoTime}
   * @param events the lag in positions
   * @param seconds the age of the first unhandled event; 0 if there was none
   * @param rate the positions per second since the previous sample
   */
  private record Sample(long nanos, long position, long events, double seconds, double rate) {}

  /** Returns the position of the last event, or 0 if there is none. */
  public long head() {
    return jdbc.sql("select coalesce(max(global_index), 0) from events.domain_event_entry")
        .query(Long.class)
        .single();
  }

  /** Returns the positions per second that a processor has handled lately. */
  public double rate(String processor) {
    Sample sample = samples.get(processor);
    return sample == null ? 0 : sample.rate();
  }

  private void tryTakeSamples() {
    long signals = signal.count();
    if (signals == signalled
        && !samples.isEmpty()
        && System.nanoTime() - sampledAt < QUIET_NANOS
        && samples.values().stream().allMatch(it -> it.events() == 0 && it.rate() == 0)) {
      return;
    }
    signalled = signals;
    sampledAt = System.nanoTime();
    try {
      takeSamples();
    } catch (RuntimeException away) {
      samples.clear();
      log.debug("The states of the processors cannot be read for now", away);
    }
  }

  private void takeSamples() {
    long head = head();
    List<ProcessorState> processors = sides.stream().flatMap(side -> side.all().stream()).toList();
    Map<Long, Double> ages = ages(processors, head);
    for (ProcessorState processor : processors) {
      samples.compute(
          processor.name(), (name, before) -> sample(processor.position(), head, ages, before));
      if (registered.add(processor.name())) {
        register(processor.name());
      }
    }
  }

  private Sample sample(long position, long head, Map<Long, Double> ages, Sample before) {
    long now = System.nanoTime();
    long events = Math.max(0, head - position);
    double rate =
        before == null
            ? 0
            : Math.max(0, position - before.position()) * 1e9 / (now - before.nanos());
    return new Sample(
        now, position, events, events == 0 ? 0 : ages.getOrDefault(position, 0.0), rate);
  }

  /** Returns the age of the first event after each position before the last one. */
  private Map<Long, Double> ages(List<ProcessorState> processors, long head) {
    Long[] behind =
        processors.stream()
            .map(ProcessorState::position)
            .filter(position -> position < head)
            .distinct()
            .toArray(Long[]::new);
    Map<Long, Double> ages = new HashMap<>();
    if (behind.length > 0) {
      jdbc.sql(
              """
              select position, time_stamp
              from unnest(?) as behind (position) cross join lateral (
                select time_stamp from events.domain_event_entry where global_index > position
                order by global_index limit 1) as first
              """)
          .param(behind)
          .query(
              row -> {
                ages.put(row.getLong(1), age(Instant.parse(row.getString(2))));
              });
    }
    return ages;
  }

  private double age(Instant time) {
    return Duration.between(time, clock.instant()).toMillis() / 1000.0;
  }

  private void register(String processor) {
    register("annals.processor.lag", "events", processor, Sample::events);
    register("annals.processor.lag.time", "seconds", processor, Sample::seconds);
  }

  private void register(
      String name, String unit, String processor, ToDoubleFunction<Sample> figure) {
    Gauge.builder(
            name,
            () -> {
              Sample sample = samples.get(processor);
              return sample == null ? Double.NaN : figure.applyAsDouble(sample);
            })
        .baseUnit(unit)
        .tag("processor", processor)
        .register(metrics);
  }
}
