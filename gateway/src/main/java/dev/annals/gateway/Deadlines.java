package dev.annals.gateway;

import dev.annals.platform.start.ArrivalProperties;
import dev.annals.platform.start.Uploads;
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
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.reactor.netty.NettyServerCustomizer;
import reactor.netty.NettyPipeline;
import reactor.netty.http.server.HttpServer;

/**
 * Gives each request a deadline to arrive, and each part of an answer one to be read. A head that
 * is late is hung up on, a body is refused with 408.
 */
final class Deadlines implements NettyServerCustomizer {

  // For an answer on its way to a client that is late.
  private static final int FAREWELL_SECONDS = 5;

  private final ArrivalProperties times;

  Deadlines(ArrivalProperties times) {
    this.times = times;
  }

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

  /** What arrives on one connection, request by request. */
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
    // Requests whose answer has not left as a whole, and those of them whose answer has begun.
    private int unanswered;
    private int begun;
    private boolean late;
    private @Nullable Future<?> end;

    /** Stands before the decoder, which knows a head only once all of it is there. */
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
      if (message instanceof HttpRequest request) {
        await(Part.BODY);
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

    /** Most have arrived as a whole by then, and need no timer. */
    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
      if (awaited != Part.NONE && end == null) {
        look(context);
      }
      context.fireChannelReadComplete();
    }

    private void look(ChannelHandlerContext context) {
      if (unanswered > (awaited == Part.HEAD ? 0 : 1)) {
        // The answer to an earlier request is on its way, so that this one cannot be late yet.
        began = System.nanoTime();
      }
      long time = (awaited == Part.HEAD ? times.head() : times.body()).toNanos();
      long left = began + time + credit - System.nanoTime();
      if (left > 0) {
        end = context.executor().schedule(() -> look(context), left, TimeUnit.NANOSECONDS);
      } else if (unanswered == 0 || awaited == Part.HEAD) {
        context.close();
      } else if (begun > 0) {
        late = true;
      } else {
        late = true;
        context.fireExceptionCaught(new RefusedException(Problem.REQUEST_TIMEOUT));
        end =
            context.executor().schedule(() -> context.close(), FAREWELL_SECONDS, TimeUnit.SECONDS);
      }
    }

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise written) {
      ChannelPromise told = written.unvoid();
      boolean toContinue =
          message instanceof HttpResponse response
              && response.status().equals(HttpResponseStatus.CONTINUE);
      if (message instanceof LastHttpContent && !toContinue) {
        told.addListener(left -> endAnswer(context));
      }
      if (message instanceof HttpResponse response) {
        if (late) {
          response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        }
        if (response.status().equals(HttpResponseStatus.SWITCHING_PROTOCOLS)) {
          // What comes from now on are no requests.
          context.pipeline().remove(Bytes.class);
          context.pipeline().remove(this);
        } else if (!toContinue) {
          begun++;
          if (awaited == Part.BODY && end == null) {
            look(context);
          }
        }
      }
      context.write(message, told);
    }

    private void endAnswer(ChannelHandlerContext context) {
      unanswered--;
      begun--;
      if (awaited == Part.HEAD) {
        began = System.nanoTime();
      }
      if (unanswered == 0) {
        // reactor-netty 1.3.7 stops reading after a pipelined request that is answered at once.
        context.read();
      }
      if (late) {
        // Not closed yet: a client that is still sending gets to read the answer.
        ((DuplexChannel) context.channel()).shutdownOutput();
        context.executor().schedule(() -> context.close(), FAREWELL_SECONDS, TimeUnit.SECONDS);
      }
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
      await(Part.NONE);
    }
  }
}
