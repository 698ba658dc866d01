package dev.annals.query.model;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * Keeps what is found until it is known whose it is: what is missing of a user who was erased
 * meanwhile is no fault of an event.
 */
public final class DeferredFailures implements FailedEvents {

  private final List<Finding> all = new ArrayList<>();

  private record Finding(String aggregateId, long sequence, RuntimeException failure) {}

  @Override
  public void add(String aggregateId, long sequence, RuntimeException failure) {
    all.add(new Finding(aggregateId, sequence, failure));
  }

  /** Passes on what was found, save of these aggregates. */
  public void report(FailedEvents poison, Predicate<String> gone) {
    all.stream()
        .filter(it -> !gone.test(it.aggregateId()))
        .forEach(it -> poison.add(it.aggregateId(), it.sequence(), it.failure()));
  }
}
