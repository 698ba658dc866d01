package dev.annals.gateway;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.handler.timeout.IdleState;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.handler.timeout.IdleStateHandler;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Closes the connection of a client that stops reading while data waits to be sent. */
final class StalledHandler extends IdleStateHandler {

  StalledHandler(Duration time) {
    super(true, 0, time.toNanos(), 0, TimeUnit.NANOSECONDS);
  }

  /** Ignores the first event, which Netty sends without a look at the bytes written meanwhile. */
  @Override
  @SuppressWarnings(
      "FutureReturnValueIgnored") // The connection is closed; no one reads the result.
  protected void channelIdle(ChannelHandlerContext context, IdleStateEvent event) {
    if (event.state() == IdleState.WRITER_IDLE
        && !event.isFirst()
        && hasPendingBytes(context.channel())) {
      context.close();
    }
  }

  private static boolean hasPendingBytes(Channel channel) {
    ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
    return buffer != null && buffer.totalPendingWriteBytes() > 0;
  }
}
