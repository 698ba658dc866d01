package dev.annals.gateway;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * Fetches something for all who ask before the fetch begins: there is one fetch at a time, and a
 * pause after each, however many want one. Safe for use by many threads.
 *
 * @param <T> what is fetched
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
