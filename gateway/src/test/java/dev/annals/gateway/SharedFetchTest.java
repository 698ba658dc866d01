package dev.annals.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

@Timeout(20)
class SharedFetchTest {

  private static final Duration SHORT_PAUSE = Duration.ofMillis(200);

  private final AtomicInteger fetches = new AtomicInteger();

  @Test
  void fetchesNothingDuringThePause() {
    SharedFetch<Integer> fetch =
        new SharedFetch<>(Mono.fromCallable(fetches::incrementAndGet), Duration.ofHours(1));
    assertThat(fetch.next().block()).isEqualTo(1);

    var late = fetch.next().toFuture();

    assertThat(late).isNotDone();
    assertThat(fetches).hasValue(1);
  }

  @Test
  void fetchesOnceForAllCallersThatComeDuringAFetch() {
    Sinks.One<Integer> first = Sinks.one();
    SharedFetch<Integer> fetch =
        new SharedFetch<>(
            Mono.defer(() -> fetches.incrementAndGet() == 1 ? first.asMono() : Mono.just(2)),
            SHORT_PAUSE);
    var early = fetch.next().toFuture();
    var late = Flux.range(0, 100).flatMap(each -> fetch.next()).collectList().toFuture();
    assertThat(fetches).hasValue(1);

    first.tryEmitValue(1).orThrow();

    assertThat(early.join()).isEqualTo(1);
    assertThat(late.join()).hasSize(100).containsOnly(2);
    assertThat(fetches).hasValue(2);
  }

  @Test
  void fetchesAgainAfterAFailureAndThePause() {
    SharedFetch<Integer> fetch =
        new SharedFetch<>(
            Mono.fromCallable(
                () -> {
                  if (fetches.incrementAndGet() == 1) {
                    throw new IOException("away");
                  }
                  return fetches.get();
                }),
            SHORT_PAUSE);
    Assertions.assertThatThrownBy(() -> fetch.next().toFuture().join())
        .isInstanceOf(CompletionException.class)
        .hasRootCauseInstanceOf(IOException.class);

    assertThat(fetch.next().block()).isEqualTo(2);
  }
}
