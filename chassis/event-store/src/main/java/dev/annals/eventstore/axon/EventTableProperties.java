package dev.annals.eventstore.axon;

import jakarta.validation.constraints.Min;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * The event table.
 *
 * @param partitionSize the number of positions of each new partition, at least 100 000: programs
 *     add partitions once a minute. A search for an aggregate takes some microseconds more for each
 *     partition; a smaller one is sooner complete, and can move to another tablespace
 */
@Validated
@ConfigurationProperties("annals.event-table")
public record EventTableProperties(@DefaultValue("5000000") @Min(100_000) long partitionSize) {

  /** The number of empty partitions after the one in use. */
  public static final int AHEAD = 2;

  /** Returns the statement that adds missing partitions. */
  public String addPartitions() {
    return "select events.add_partitions(%d, %d)".formatted(partitionSize, AHEAD);
  }
}
