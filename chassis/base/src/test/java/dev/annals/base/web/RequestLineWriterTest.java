package dev.annals.base.web;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.AppenderBase;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class RequestLineWriterTest {

  private static final int LINES = 5_000;

  private final Semaphore console = new Semaphore(0);
  private final List<String> written = new CopyOnWriteArrayList<>();
  private final Logger root = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);

  @Test
  void writesAllLinesInOrderBeforeItStopsThoughTheConsoleIsSlow() {
    AppenderBase<ILoggingEvent> slow =
        new AppenderBase<>() {
          @Override
          protected void append(ILoggingEvent line) {
            if (line.getLoggerName().equals(RequestLine.LOGGER)) {
              console.acquireUninterruptibly();
              console.release();
              written.add(line.getMDCPropertyMap().get("requestId"));
            }
          }
        };
    slow.setContext(root.getLoggerContext());
    slow.start();
    List<Appender<ILoggingEvent>> others = new ArrayList<>();
    root.iteratorForAppenders().forEachRemaining(others::add);
    others.forEach(root::detachAppender);
    root.addAppender(slow);
    RequestLineWriter writer = new RequestLineWriter();
    RequestLineWriter second = new RequestLineWriter();
    try {
      writer.start();
      second.start();
      // The first lines do not wait for the console.
      log(0, 4_000);
      assertThat(written).isEmpty();

      console.release();
      log(4_000, LINES);
      writer.stop();

      assertThat(written)
          .containsExactlyElementsOf(
              IntStream.range(0, LINES).mapToObj(Integer::toString).toList());
      log(LINES, LINES + 1);
      assertThat(written).hasSize(LINES + 1);

      writer.start();
      log(LINES + 1, LINES + 2);
      writer.stop();
      assertThat(written).hasSize(LINES + 2);
    } finally {
      root.detachAppender(slow);
      others.forEach(root::addAppender);
    }
  }

  private static void log(int from, int to) {
    for (int i = from; i < to; i++) {
      RequestLine.log(Integer.toString(i), "GET", "/notes", 200, 1, null);
    }
  }
}
