package dev.annals.gateway;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.SmartLifecycle;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;

/**
 * What is behind the gateway. Each process is asked twice a second whether it is ready, so that one
 * that is about to stop gets no more requests, and one that is away holds up none. The gateway is
 * ready when some process that takes commands is, which then can reach the event store.
 */
@Component("sidesHealthIndicator")
final class Upstreams implements HealthIndicator, SmartLifecycle {

  private static final Duration BETWEEN_CHECKS = Duration.ofMillis(500);
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final UpstreamGroup commands;
  private final UpstreamGroup identity;
  private final UpstreamGroup queries;
  // A connection of its own each time: what is asked is whether there is somebody who takes it.
  private final HttpClient http =
      HttpClient.create(ConnectionProvider.newConnection()).responseTimeout(PATIENCE);
  private volatile Disposable checks;

  Upstreams(GatewayProperties properties) {
    commands = new UpstreamGroup(properties.commands());
    identity =
        properties.identity().equals(properties.commands())
            ? commands
            : new UpstreamGroup(properties.identity());
    queries = new UpstreamGroup(properties.queries());
  }

  UpstreamGroup commands() {
    return commands;
  }

  UpstreamGroup identity() {
    return identity;
  }

  UpstreamGroup queries() {
    return queries;
  }

  /** Each one once. */
  Set<UpstreamGroup> all() {
    return new LinkedHashSet<>(List.of(commands, identity, queries));
  }

  /**
   * What a side answers with 200.
   *
   * @param host what the request is addressed to
   * @return fails with an {@code IOException} of the last process of that side, if none answers
   */
  Mono<byte[]> get(UpstreamGroup side, String path, String host) {
    return Flux.fromIterable(side.candidates())
        .concatMapDelayError(
            backEnd ->
                http.headers(headers -> headers.set(HttpHeaders.HOST, host))
                    .get()
                    .uri(backEnd.url().resolve(path).toString())
                    .responseSingle(
                        (response, body) ->
                            response.status().code() == 200
                                ? body.asByteArray()
                                : Mono.error(
                                    new UnavailableException(
                                        backEnd.url() + path + " answers " + response.status()))))
        .next();
  }

  @Override
  public Health health() {
    return (commands.ready() ? Health.up() : Health.outOfService()).build();
  }

  @Override
  public void start() {
    List<Upstream> backEnds =
        all().stream().map(UpstreamGroup::backEnds).flatMap(List::stream).toList();
    checks =
        Flux.fromIterable(backEnds)
            .flatMap(
                backEnd -> check(backEnd).then(Mono.delay(BETWEEN_CHECKS)).repeat(),
                backEnds.size())
            .subscribe();
  }

  private Mono<Void> check(Upstream backEnd) {
    return http.get()
        .uri(backEnd.url().resolve("/readyz").toString())
        .response()
        .timeout(PATIENCE)
        .map(response -> response.status().code() == 200)
        .onErrorReturn(false)
        .doOnNext(backEnd::become)
        .then();
  }

  @Override
  public void stop() {
    checks.dispose();
    checks = null;
  }

  @Override
  public boolean isRunning() {
    return checks != null;
  }
}
