package dev.annals.gateway;

import io.netty.channel.ChannelOption;
import java.io.IOException;
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
import reactor.core.scheduler.Schedulers;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;

/**
 * The processes behind the gateway. It looks up the addresses of their names every two seconds, and
 * asks each process twice a second for {@code /readyz}, so that requests avoid a process that is
 * starting, stopping or unreachable. The gateway is ready while a process for commands is, since
 * that one can reach the event store.
 */
@Component("sidesHealthIndicator")
final class Upstreams implements HealthIndicator, SmartLifecycle {

  /** After this, the next process gets the request. */
  static final int CONNECT_TIMEOUT_MILLIS = 1_200;

  private static final Duration LOOKUP_INTERVAL = Duration.ofSeconds(2);
  private static final Duration CHECK_INTERVAL = Duration.ofMillis(500);
  private static final Duration CHECK_TIMEOUT = Duration.ofSeconds(2);

  private final UpstreamGroup commands;
  private final UpstreamGroup identity;
  private final UpstreamGroup queries;
  // A new connection each time, since the check includes whether the process accepts one.
  private final HttpClient http =
      HttpClient.create(ConnectionProvider.newConnection())
          .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_TIMEOUT_MILLIS)
          .responseTimeout(CHECK_TIMEOUT);
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

  /** Returns the distinct groups. */
  Set<UpstreamGroup> all() {
    return new LinkedHashSet<>(List.of(commands, identity, queries));
  }

  /**
   * Returns the body that a process of the side answers with 200.
   *
   * @param host the Host header
   * @return fails with an {@code IOException} if no process of the side answers 200
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
                                    new IOException(
                                        backEnd.url() + path + " answers " + response.status()))))
        .next();
  }

  @Override
  public Health health() {
    return (commands.ready() ? Health.up() : Health.outOfService()).build();
  }

  @Override
  public void start() {
    checks =
        Flux.fromIterable(all())
            .flatMapIterable(UpstreamGroup::urls)
            .flatMap(this::checkProcesses, Integer.MAX_VALUE)
            .subscribe();
  }

  private Flux<Void> checkProcesses(UpstreamUrl url) {
    return Mono.fromCallable(url::lookUp)
        .subscribeOn(Schedulers.boundedElastic())
        .repeatWhen(done -> done.delayElements(LOOKUP_INTERVAL))
        .flatMapIterable(added -> added)
        .flatMap(
            backEnd ->
                check(backEnd)
                    .then(Mono.delay(CHECK_INTERVAL))
                    .repeat(() -> url.processes().contains(backEnd))
                    .then(),
            Integer.MAX_VALUE);
  }

  private Mono<Void> check(Upstream backEnd) {
    return http.get()
        .uri(backEnd.url().resolve("/readyz").toString())
        .response()
        .timeout(CHECK_TIMEOUT)
        .map(response -> response.status().code() == 200)
        .onErrorReturn(false)
        .doOnNext(backEnd::setReady)
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
