package dev.annals.eventstore.aggregate;

import dev.annals.base.problem.Refusal;
import dev.annals.base.start.Causes;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.function.Consumer;
import org.axonframework.commandhandling.CommandBus;
import org.axonframework.config.Configurer;
import org.axonframework.config.ConfigurerModule;
import org.axonframework.eventsourcing.eventstore.EventStore;
import org.axonframework.messaging.Message;
import org.axonframework.modelling.command.AggregateStreamCreationException;
import org.axonframework.modelling.command.ConcurrencyException;
import org.axonframework.monitoring.MessageMonitor;

/**
 * Counts and times commands by type and outcome, the commit included ({@code annals.commands}), and
 * counts appended events ({@code annals.events.appended}).
 */
record CommandMetrics(MeterRegistry metrics) implements ConfigurerModule {

  @Override
  public void configureModule(Configurer configurer) {
    configurer
        .configureMessageMonitor(CommandBus.class, (axon, type, name) -> this::timeCommand)
        .configureMessageMonitor(EventStore.class, (axon, type, name) -> this::countEvent);
  }

  private MessageMonitor.MonitorCallback timeCommand(Message<?> command) {
    long start = System.nanoTime();
    return new OutcomeCallback(
        outcome ->
            metrics
                .timer("annals.commands", "type", type(command), "outcome", outcome)
                .record(Duration.ofNanos(System.nanoTime() - start)));
  }

  private MessageMonitor.MonitorCallback countEvent(Message<?> event) {
    return new OutcomeCallback(
        outcome -> {
          if (outcome.equals("succeeded")) {
            metrics.counter("annals.events.appended", "type", type(event)).increment();
          }
        });
  }

  private static String type(Message<?> message) {
    return message.getPayloadType().getSimpleName();
  }

  private record OutcomeCallback(Consumer<String> outcome)
      implements MessageMonitor.MonitorCallback {

    @Override
    public void reportSuccess() {
      outcome.accept("succeeded");
    }

    @Override
    public void reportFailure(Throwable cause) {
      boolean collided =
          is(ConcurrencyException.class, cause)
              || is(AggregateStreamCreationException.class, cause);
      outcome.accept(is(Refusal.class, cause) ? "refused" : collided ? "collided" : "failed");
    }

    @Override
    public void reportIgnored() {
      outcome.accept("ignored");
    }

    private static boolean is(Class<?> type, Throwable failure) {
      return Causes.of(failure).anyMatch(type::isInstance);
    }
  }
}
