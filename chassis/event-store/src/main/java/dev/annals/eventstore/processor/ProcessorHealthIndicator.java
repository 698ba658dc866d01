package dev.annals.eventstore.processor;

import java.util.List;
import java.util.Map;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.stereotype.Component;

/** Lists failing processors in the health details. The status stays UP, since processors retry. */
@Component("processorsHealthIndicator")
final class ProcessorHealthIndicator extends AbstractHealthIndicator {

  private final List<ProcessorStates> sides;

  ProcessorHealthIndicator(List<ProcessorStates> sides) {
    super("The processors cannot be read");
    this.sides = List.copyOf(sides);
  }

  @Override
  protected void doHealthCheck(Health.Builder builder) {
    builder.up();
    for (ProcessorStates side : sides) {
      for (ProcessorState processor : side.all()) {
        processor
            .failure()
            .ifPresent(
                failure ->
                    builder.withDetail(
                        processor.name(),
                        Map.of("error", failure.error(), "failedAt", failure.failedAt())));
      }
    }
  }
}
