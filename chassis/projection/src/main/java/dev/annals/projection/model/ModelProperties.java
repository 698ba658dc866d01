package dev.annals.projection.model;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How read models are kept.
 *
 * @param guarded whether each write's filter also requires that the stored document is older.
 *     Needed where two processes may own the same segment for a moment; off for the embedded
 *     server, which a single process uses and which would scan the collection for such a filter.
 *     Then no indexes are created either
 * @param node the name under which tokens are claimed; by default one of this process. A process
 *     that is the only one may use a fixed name: after a crash it then need not wait until the
 *     previous claims time out
 * @param step how long each step at a replay's end waits until all processes have noticed it
 * @param segments the number of batches of each model that are written at the same time, by all
 *     processes together, 1 to 100. A changed number counts once all query sides want it
 * @param batchSize the maximum number of events that are written together, 1 to 1 000
 */
@Validated
@ConfigurationProperties("annals.read-model")
public record ModelProperties(
    @DefaultValue("true") boolean guarded,
    String node,
    @DefaultValue("3s") Duration step,
    @DefaultValue("4") @Min(1) @Max(100) int segments,
    @DefaultValue("200") @Min(1) @Max(1_000) int batchSize) {

  /** Returns the name under which this process claims tokens. */
  public String owner() {
    return node == null ? ManagementFactory.getRuntimeMXBean().getName() : node;
  }

  /** Returns how long a reader may rely on a lookup: well less than a step. */
  Duration trust() {
    return step.dividedBy(3);
  }
}
