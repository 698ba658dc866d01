package dev.annals.gateway;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import org.springframework.cloud.gateway.config.HttpClientCustomizer;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.GlobalFilter;
import org.springframework.core.Ordered;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.HttpHeaders;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.netty.NettyPipeline;
import reactor.netty.http.client.HttpClient;

/**
 * Sends {@code 100 Continue} to a client only after the side has sent it, since the side may refuse
 * the request by its head.
 */
@Component
final class ExpectContinue implements GlobalFilter, Ordered, HttpClientCustomizer {

  private static final String ASKED = ExpectContinue.class.getName() + ".asked";

  static boolean has(HttpHeaders headers) {
    return "100-continue".equalsIgnoreCase(headers.getFirst(HttpHeaders.EXPECT));
  }

  /** Returns true if the client was not asked for the body and may send another request instead. */
  static boolean isUnmet(ServerWebExchange exchange) {
    return has(exchange.getRequest().getHeaders()) && exchange.getAttribute(ASKED) == null;
  }

  /** Runs before the request is sent to a process. */
  @Override
  public int getOrder() {
    return 0;
  }

  @Override
  public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
    if (!has(exchange.getRequest().getHeaders())) {
      return chain.filter(exchange);
    }
    Wanted wanted = new Wanted(Sinks.empty(), exchange);
    ServerHttpRequest waiting =
        new ServerHttpRequestDecorator(exchange.getRequest()) {
          /** Returns the body, which is read only after the side asks for it. */
          @Override
          public Flux<DataBuffer> getBody() {
            return wanted.body().asMono().concatWith(super.getBody());
          }
        };
    return chain
        .filter(exchange.mutate().request(waiting).build())
        .contextWrite(context -> context.put(Wanted.class, wanted));
  }

  @Override
  public HttpClient customize(HttpClient client) {
    return client.doOnRequest(
        (request, connection) ->
            request
                .currentContextView()
                .<Wanted>getOrEmpty(Wanted.class)
                .ifPresent(
                    wanted ->
                        connection
                            .channel()
                            .pipeline()
                            .addBefore(NettyPipeline.ReactiveBridge, null, new Answer(wanted))));
  }

  /** Signals that a side wants the body of one request. */
  private record Wanted(Sinks.Empty<DataBuffer> body, ServerWebExchange exchange) {

    private void signal() {
      exchange.getAttributes().put(ASKED, true);
      body.tryEmitEmpty().orThrow();
    }
  }

  /** Checks whether the first response of a side is {@code 100 Continue}. */
  private static final class Answer extends ChannelInboundHandlerAdapter {

    private final Wanted wanted;

    private Answer(Wanted wanted) {
      this.wanted = wanted;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      if (message instanceof HttpResponse response) {
        context.pipeline().remove(this);
        if (response.status().equals(HttpResponseStatus.CONTINUE)) {
          wanted.signal();
        }
      }
      context.fireChannelRead(message);
    }
  }
}
