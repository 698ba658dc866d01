package dev.annals.platform.processor;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Looks every two seconds how far the processors are: how fast they come on, and as metrics how far
 * behind they are. What cannot be read then is unknown.
 */
@Component
public final class ProcessorMonitor implements SmartLifecycle {

  private static final Logger log = LoggerFactory.getLogger(ProcessorMonitor.class);
  private static final int LOOK_AGAIN_MILLIS = 2_000;

  private final List<ProcessorStates> sides;
  private final JdbcClient jdbc;
  private final MeterRegistry metrics;
  private final Clock clock;
  private final Map<String, Sample> samples = new ConcurrentHashMap<>();
  private final Set<String> measured = ConcurrentHashMap.newKeySet();
  private volatile boolean running;
  private Thread watcher;

  ProcessorMonitor(
      List<ProcessorStates> sides, JdbcClient jdbc, MeterRegistry metrics, Clock clock) {
    this.sides = List.copyOf(sides);
    this.jdbc = jdbc;
    this.metrics = metrics;
    this.clock = clock;
  }

  /**
   * What was seen of a processor at a time.
   *
   * @param nanos the time, by this process
   * @param events how many places it was behind
   * @param seconds how old the first event was that it had not handled; 0 when there was none
   * @param rate how many places it had come on in each second since the time before
   */
  private record Sample(long nanos, long position, long events, double seconds, double rate) {}

  /** The place of the last event; 0 when there is none. */
  public long head() {
    return jdbc.sql("select coalesce(max(global_index), 0) from events.domain_event_entry")
        .query(Long.class)
        .single();
  }

  /** How many places a processor has come on in each of the last seconds. */
  public double rate(String processor) {
    Sample sample = samples.get(processor);
    return sample == null ? 0 : sample.rate();
  }

  private void look() {
    long head = head();
    for (ProcessorStates side : sides) {
      for (ProcessorState processor : side.all()) {
        samples.compute(
            processor.name(), (name, before) -> sample(processor.position(), head, before));
        if (measured.add(processor.name())) {
          measure(processor.name());
        }
      }
    }
  }

  private Sample sample(long position, long head, Sample before) {
    long now = System.nanoTime();
    long events = Math.max(0, head - position);
    double rate =
        before == null
            ? 0
            : Math.max(0, position - before.position()) * 1e9 / (now - before.nanos());
    return new Sample(now, position, events, events == 0 ? 0 : age(position), rate);
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

  private void measure(String processor) {
    measure("annals.processor.lag", "events", processor, Sample::events);
    measure("annals.processor.lag.time", "seconds", processor, Sample::seconds);
  }

  private void measure(
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

  private void watch() {
    try {
      while (running) {
        try {
          look();
        } catch (RuntimeException away) {
          samples.clear();
          log.debug("The processors cannot be read for now", away);
        }
        TimeUnit.MILLISECONDS.sleep(LOOK_AGAIN_MILLIS);
      }
    } catch (InterruptedException stopped) {
      log.debug("The processors are not watched any more");
    }
  }

  @Override
  public synchronized void start() {
    running = true;
    watcher = new Thread(this::watch, "processor-watch");
    watcher.setDaemon(true);
    watcher.start();
  }

  @Override
  public synchronized void stop() {
    running = false;
    watcher.interrupt();
  }

  @Override
  public boolean isRunning() {
    return running;
  }
}
