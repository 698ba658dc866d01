package dev.annals.gateway;

import dev.annals.base.problem.Problem;
import dev.annals.base.problem.Refusal;
import dev.annals.base.start.ArrivalProperties;
import dev.annals.base.start.Uploads;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.reactor.netty.NettyServerCustomizer;
import reactor.netty.NettyPipeline;
import reactor.netty.http.server.HttpServer;

/**
 * Limits the time in which a request arrives and in which a client reads a part of the answer. A
 * late head closes the connection; a late body is answered with 408.
 */
record Deadlines(ArrivalProperties times) implements NettyServerCustomizer {

  // Time for a late client to read its answer.
  private static final int CLOSE_DELAY_SECONDS = 5;

  @Override
  public HttpServer apply(HttpServer server) {
    return server
        .childOption(ChannelOption.SO_SNDBUF, ArrivalProperties.SEND_BUFFER)
        .doOnChannelInit(
            (observer, channel, remote) -> {
              Requests requests = new Requests();
              channel
                  .pipeline()
                  .addBefore(NettyPipeline.HttpCodec, "annals.bytes", requests.new Bytes())
                  .addAfter(NettyPipeline.HttpCodec, "annals.requests", requests)
                  .addFirst("annals.stalled", new StalledHandler(times.stall()));
            });
  }

  /** Tracks the requests of one connection, and closes it after the last one. */
  @SuppressWarnings(
      "FutureReturnValueIgnored") // The connection is closed; no one reads the result.
  private final class Requests extends ChannelDuplexHandler {

    private enum Part {
      NONE,
      HEAD,
      BODY
    }

    private Part awaited = Part.NONE;
    private long began;
    private long credit;
    private boolean upload;
    // Requests without a complete answer, and those of them whose answer has begun.
    private int unanswered;
    private int begun;
    private boolean late;
    // The client sends no further request.
    private boolean last;
    private @Nullable Future<?> end;
    private @Nullable Object malformed;

    /**
     * Notes the first byte of a head. It precedes the decoder, which reports complete heads only.
     */
    private final class Bytes extends ChannelInboundHandlerAdapter {

      @Override
      public void channelRead(ChannelHandlerContext context, Object message) {
        if (awaited == Part.NONE) {
          await(Part.HEAD);
        }
        context.fireChannelRead(message);
      }
    }

    private void await(Part part) {
      awaited = part;
      began = System.nanoTime();
      credit = 0;
      if (end != null && !late) {
        end.cancel(false);
        end = null;
      }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      if (last && awaited != Part.BODY) {
        ReferenceCountUtil.release(message);
        return;
      }
      if (message instanceof HttpRequest request) {
        await(Part.BODY);
        if (!HttpUtil.isKeepAlive(request)) {
          // reactor-netty 1.3.7 drops such a request while it completes the previous answer.
          last = true;
          HttpUtil.setKeepAlive(request, true);
        }
        upload = BodyLimit.isUpload(request);
        unanswered++;
      }
      if (upload && message instanceof HttpContent content) {
        credit +=
            TimeUnit.SECONDS.toNanos(content.content().readableBytes())
                / Uploads.MIN_BYTES_PER_SECOND;
      }
      if (message instanceof LastHttpContent) {
        await(Part.NONE);
      }
      context.fireChannelRead(message);
    }

    /** Starts the timer. Most requests are complete by now and need none. */
    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
      if (awaited != Part.NONE && end == null) {
        checkDeadline(context);
      }
      context.fireChannelReadComplete();
    }

    private void checkDeadline(ChannelHandlerContext context) {
      if (unanswered > (awaited == Part.HEAD ? 0 : 1)) {
        // The time starts after the answer to the earlier request.
        began = System.nanoTime();
      }
      long time = (awaited == Part.HEAD ? times.head() : times.body()).toNanos();
      long left = began + time + credit - System.nanoTime();
      if (left > 0) {
        end = context.executor().schedule(() -> checkDeadline(context), left, TimeUnit.NANOSECONDS);
      } else if (unanswered == 0 || awaited == Part.HEAD) {
        context.close();
      } else if (begun > 0) {
        late = true;
      } else {
        late = true;
        context.fireExceptionCaught(new Refusal(Problem.REQUEST_TIMEOUT));
        end =
            context
                .executor()
                .schedule(() -> context.close(), CLOSE_DELAY_SECONDS, TimeUnit.SECONDS);
      }
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise written) {
      if (message instanceof MalformedRequestHandler.Answer) {
        last = true;
        if (unanswered > 1) {
          malformed = message;
          return;
        }
      }
      ChannelPromise observed = written.unvoid();
      boolean isContinue =
          message instanceof HttpResponse response
              && response.status().equals(HttpResponseStatus.CONTINUE);
      if (message instanceof LastHttpContent && !isContinue) {
        observed.addListener(done -> endAnswer(context));
      }
      if (message instanceof HttpResponse response) {
        if (late || (last && begun + 1 == unanswered)) {
          response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        }
        if (response.status().equals(HttpResponseStatus.SWITCHING_PROTOCOLS)) {
          // From now on the connection carries no requests.
          context.pipeline().remove(Bytes.class);
          context.pipeline().remove(this);
        } else if (!isContinue) {
          begun++;
          if (awaited == Part.BODY && end == null) {
            checkDeadline(context);
          }
        }
      }
      context.write(message, observed);
    }

    private void endAnswer(ChannelHandlerContext context) {
      unanswered--;
      begun--;
      if (awaited == Part.HEAD) {
        began = System.nanoTime();
      }
      if (unanswered == 1 && malformed != null) {
        write(context, malformed, context.newPromise());
        context.flush();
        malformed = null;
      }
      if (unanswered == 0) {
        // reactor-netty 1.3.7 stops reading after a pipelined request that is answered at once.
        context.read();
      }
      if (late || (last && unanswered <= 0)) {
        // Closed later, so that a client that is still sending can read the answer.
        ((DuplexChannel) context.channel()).shutdownOutput();
        context.executor().schedule(() -> context.close(), CLOSE_DELAY_SECONDS, TimeUnit.SECONDS);
      }
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
      await(Part.NONE);
    }
  }
}
