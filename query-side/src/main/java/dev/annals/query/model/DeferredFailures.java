package dev.annals.query.model;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * Collects failed events until it is known which users are erased: a missing document of an erased
 * user is not the event's fault.
 */
public final class DeferredFailures implements FailedEvents {

  private final List<Finding> all = new ArrayList<>();

  private record Finding(String aggregateId, long sequence, RuntimeException failure) {}

  @Override
  public void add(String aggregateId, long sequence, RuntimeException failure) {
    all.add(new Finding(aggregateId, sequence, failure));
  }

  /** Passes on the failures, except those of these aggregates. */
  public void report(FailedEvents poison, Predicate<String> gone) {
    all.stream()
        .filter(it -> !gone.test(it.aggregateId()))
        .forEach(it -> poison.add(it.aggregateId(), it.sequence(), it.failure()));
  }
}
