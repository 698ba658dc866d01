package dev.annals.base.start;

import java.util.Objects;
import java.util.stream.Stream;

/** Walks the causes of failures. */
public final class Causes {

  /** Ends a chain that is a cycle. */
  private static final int MAX_CAUSES = 100;

  private Causes() {}

  /** Returns a failure, its cause, the cause of that, and so on. */
  public static Stream<Throwable> of(Throwable failure) {
    return Stream.iterate(failure, Objects::nonNull, Throwable::getCause).limit(MAX_CAUSES);
  }
}
