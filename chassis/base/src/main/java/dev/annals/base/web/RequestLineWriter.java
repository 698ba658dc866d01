package dev.annals.base.web;

import ch.qos.logback.classic.AsyncAppender;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.context.SmartLifecycle;

/**
 * Writes the lines of requests in a thread of its own, so that requests do not wait for the
 * console. If the queue is full, requests wait; no line is dropped. Stops after all other
 * components, when all lines are written.
 */
@AutoConfiguration
final class RequestLineWriter implements SmartLifecycle {

  private static final int QUEUE = 4096;
  private static final int MAX_FLUSH_MILLIS = 10_000;

  private final Logger requests = (Logger) LoggerFactory.getLogger(RequestLine.LOGGER);
  private final Logger root = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
  private @Nullable AsyncAppender queue;

  /** Starts unless another program in this process writes the lines. */
  @Override
  public void start() {
    if (!requests.isAdditive()) {
      return;
    }
    AppenderBase<ILoggingEvent> appenders =
        new AppenderBase<>() {
          @Override
          protected void append(ILoggingEvent line) {
            root.callAppenders(line);
          }
        };
    queue = new AsyncAppender();
    queue.setContext(root.getLoggerContext());
    queue.setQueueSize(QUEUE);
    queue.setDiscardingThreshold(0);
    queue.setMaxFlushTime(MAX_FLUSH_MILLIS);
    queue.addAppender(appenders);
    appenders.start();
    queue.start();
    requests.addAppender(queue);
    requests.setAdditive(false);
  }

  @Override
  public void stop() {
    requests.setAdditive(true);
    requests.detachAppender(queue);
    queue.stop();
    queue = null;
  }

  @Override
  public boolean isRunning() {
    return queue != null;
  }

  @Override
  public int getPhase() {
    return Integer.MIN_VALUE;
  }
}
