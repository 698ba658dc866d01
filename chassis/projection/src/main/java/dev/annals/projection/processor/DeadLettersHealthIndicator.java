package dev.annals.projection.processor;

import dev.annals.projection.deadletter.DeadLetters;
import dev.annals.projection.model.Model;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.stereotype.Component;

/** Reports each processor's number of dead letters, also as a metric. The status stays UP. */
@Component("deadLettersHealthIndicator")
final class DeadLettersHealthIndicator extends AbstractHealthIndicator {

  private final List<Model> models;
  private final DeadLetters letters;

  DeadLettersHealthIndicator(List<Model> models, DeadLetters letters, MeterRegistry metrics) {
    super("Dead letters cannot be counted");
    this.models = models;
    this.letters = letters;
    models.forEach(
        model ->
            Gauge.builder("annals.dead.letters", () -> letters.count(model.generation()))
                .tag("processor", model.name())
                .register(metrics));
  }

  @Override
  protected void doHealthCheck(Health.Builder builder) {
    models.forEach(model -> builder.withDetail(model.name(), letters.count(model.generation())));
    builder.up();
  }
}
