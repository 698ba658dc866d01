package dev.annals.gateway;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.handler.timeout.IdleState;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.handler.timeout.IdleStateHandler;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Closes the connection of a client that reads nothing of what waits for it. */
final class StalledHandler extends IdleStateHandler {

  StalledHandler(Duration time) {
    super(true, 0, time.toNanos(), 0, TimeUnit.NANOSECONDS);
  }

  /** The first event after a message has left does not look at progress, which later ones do. */
  @Override
  @SuppressWarnings(
      "FutureReturnValueIgnored") // The connection is closed; no one reads the result.
  protected void channelIdle(ChannelHandlerContext context, IdleStateEvent event) {
    if (event.state() == IdleState.WRITER_IDLE
        && !event.isFirst()
        && isWaiting(context.channel())) {
      context.close();
    }
  }

  private static boolean isWaiting(Channel channel) {
    ChannelOutboundBuffer waiting = channel.unsafe().outboundBuffer();
    return waiting != null && waiting.totalPendingWriteBytes() > 0;
  }
}
