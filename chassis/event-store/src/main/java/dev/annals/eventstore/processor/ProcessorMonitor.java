package dev.annals.eventstore.processor;

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
 * Samples the positions of all processors every two seconds, for their rates and the metrics of
 * their lag. If a sample fails, both are unknown.
 */
public final class ProcessorMonitor {

  private static final Logger log = LoggerFactory.getLogger(ProcessorMonitor.class);
  private static final Duration SAMPLE_INTERVAL = Duration.ofSeconds(2);

  private final List<ProcessorStates> sides;
  private final JdbcClient jdbc;
  private final MeterRegistry metrics;
  private final Clock clock;
  private final Map<String, Sample> samples = new ConcurrentHashMap<>();
  private final Set<String> registered = ConcurrentHashMap.newKeySet();

  ProcessorMonitor(
      List<ProcessorStates> sides,
      JdbcClient jdbc,
      MeterRegistry metrics,
      Clock clock,
      PeriodicTasks tasks) {
    this.sides = List.copyOf(sides);
    this.jdbc = jdbc;
    this.metrics = metrics;
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
    try {
      takeSamples();
    } catch (RuntimeException away) {
      samples.clear();
      log.debug("The states of the processors cannot be read for now", away);
    }
  }

  private void takeSamples() {
    long head = head();
    // Most processors are at the same position.
    Map<Long, Double> ages = new HashMap<>();
    for (ProcessorStates side : sides) {
      for (ProcessorState processor : side.all()) {
        samples.compute(
            processor.name(), (name, before) -> sample(processor.position(), head, ages, before));
        if (registered.add(processor.name())) {
          register(processor.name());
        }
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
        now, position, events, events == 0 ? 0 : ages.computeIfAbsent(position, this::age), rate);
  }

  private double age(long position) {
    return jdbc.sql(
            """
            select time_stamp from events.domain_event_entry where global_index > ?
            order by global_index limit 1
            """)
        .param(position)
        .query(String.class)
        .optional()
        .map(time -> Duration.between(Instant.parse(time), clock.instant()).toMillis() / 1000.0)
        .orElse(0.0);
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
