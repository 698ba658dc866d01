package dev.annals.gateway;

import dev.annals.base.start.Causes;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Iterator;
import java.util.Objects;
import java.util.Set;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.GlobalFilter;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.cloud.gateway.support.ServerWebExchangeUtils;
import org.springframework.core.Ordered;
import org.springframework.http.HttpMethod;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.util.UriComponentsBuilder;
import reactor.core.publisher.Mono;
import reactor.netty.channel.AbortedException;

/**
 * Forwards a request to the processes of its side in turn. If a process refuses the connection, the
 * next one is tried. A read is also sent again if the connection breaks before the answer begins. A
 * change that a process may have received is never sent again.
 */
@Component
record Forwarding(WebSockets webSockets) implements GlobalFilter, Ordered {

  private static final String URL = ServerWebExchangeUtils.GATEWAY_REQUEST_URL_ATTR;
  // Later, another attempt to connect would take too long.
  private static final Duration RETRY_TIMEOUT = Duration.ofMillis(700);
  private static final Set<HttpMethod> READS = Set.of(HttpMethod.GET, HttpMethod.HEAD);

  /** Runs after the path of the URL is set and before the connection. */
  @Override
  public int getOrder() {
    return 10_100;
  }

  @Override
  public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
    Route route = exchange.getRequiredAttribute(ServerWebExchangeUtils.GATEWAY_ROUTE_ATTR);
    UpstreamGroup side =
        (UpstreamGroup) Objects.requireNonNull(route.getMetadata().get(Routes.SIDE));
    return attempt(exchange, chain, side.candidates().iterator(), System.nanoTime());
  }

  /** Forwards a request to the next process, and after a failure to the ones behind it. */
  private Mono<Void> attempt(
      ServerWebExchange exchange,
      GatewayFilterChain chain,
      Iterator<Upstream> candidates,
      long start) {
    Upstream backEnd = candidates.next();
    URI url = at(backEnd, exchange.getRequiredAttribute(URL));
    exchange.getAttributes().put(URL, url);
    Mono<Void> attempt =
        WebSockets.isHandshake(exchange.getRequest())
            ? webSockets.connect(exchange, url)
            : chain.filter(exchange);
    return attempt.onErrorResume(
        thrown -> {
          boolean refused = isRefused(thrown);
          if (refused) {
            backEnd.setReady(false);
          }
          boolean repeats =
              refused
                  ? System.nanoTime() - start < RETRY_TIMEOUT.toNanos()
                  : isBrokenRead(exchange, thrown);
          if (!candidates.hasNext() || !repeats) {
            return Mono.error(thrown);
          }
          ServerWebExchangeUtils.reset(exchange);
          return attempt(exchange, chain, candidates, start);
        });
  }

  private static boolean isBrokenRead(ServerWebExchange exchange, Throwable thrown) {
    return (thrown instanceof IOException || thrown instanceof AbortedException)
        && READS.contains(exchange.getRequest().getMethod())
        && !exchange.getResponse().isCommitted();
  }

  private static boolean isRefused(Throwable thrown) {
    return Causes.of(thrown)
        .anyMatch(
            cause ->
                cause instanceof ConnectException
                    || cause instanceof NoRouteToHostException
                    || cause instanceof UnknownHostException);
  }

  private static URI at(Upstream backEnd, URI url) {
    return UriComponentsBuilder.fromUri(url)
        .scheme(backEnd.url().getScheme())
        .host(backEnd.url().getHost())
        .port(backEnd.url().getPort())
        .build(true)
        .toUri();
  }
}
