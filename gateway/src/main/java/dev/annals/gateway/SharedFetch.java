package dev.annals.gateway;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * Shares one fetch among all callers that ask before it begins. One fetch runs at a time, with a
 * pause after each. Thread-safe.
 *
 * @param <T> the fetched value
 */
final class SharedFetch<T> {

  private final Mono<T> source;
  private final Duration pause;
  private @Nullable Mono<T> next;
  private Mono<Void> paused = Mono.empty();

  SharedFetch(Mono<T> source, Duration pause) {
    this.source = source;
    this.pause = pause;
  }

  /** Returns the value of the next fetch, or its error. */
  synchronized Mono<T> next() {
    if (next == null) {
      next = paused.then(Mono.defer(this::begin)).cache();
    }
    return next;
  }

  private synchronized Mono<T> begin() {
    Sinks.Empty<Void> over = Sinks.empty();
    paused = over.asMono();
    next = null;
    return source.doFinally(
        end -> {
          Disposable unused = Mono.delay(pause).subscribe(later -> over.tryEmitEmpty());
        });
  }
}
