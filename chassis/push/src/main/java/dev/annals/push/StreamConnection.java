package dev.annals.push;

import io.micrometer.core.instrument.Counter;
import java.time.Clock;
import java.time.Duration;
import java.util.Locale;

/** The connection of one client that reads a stream of events. */
final class StreamConnection extends Connection implements EventSink {

  /** Ticks follow each other with some delay, and a comment must come every 15 seconds. */
  private static final Duration COMMENT_INTERVAL = Duration.ofSeconds(14);

  private static final String COMMENT = ":\n\n";

  private final StreamOutput output;
  private final Counter events;
  private volatile EventStream.Source source;
  private volatile long lastComment;

  StreamConnection(StreamOutput output, Counter events, PushThreads threads, Clock clock) {
    super(output, threads, clock);
    this.output = output;
    this.events = events;
    sendComment();
  }

  /** Starts to queue events. The client must be admitted. */
  void start(EventStream stream) {
    source = stream.open(this);
  }

  @Override
  public void send(String event, long id, String json) {
    send("id: " + id + "\nevent: " + event + "\ndata: " + json + "\n\n");
    events.increment();
  }

  private void sendComment() {
    lastComment = System.nanoTime();
    send(COMMENT);
  }

  @Override
  void keepAlive() {
    if (elapsed(lastComment, COMMENT_INTERVAL)) {
      sendComment();
    }
  }

  @Override
  void end(End why) {
    String reason = why.name().toLowerCase(Locale.ROOT);
    send("event: end\ndata: {\"reason\":\"" + reason + "\"}\n\n");
    closeWhenSent(output::complete);
  }

  @Override
  void cutOff() {
    close(output::cutOff);
  }

  @Override
  boolean isSilent() {
    return false;
  }

  @Override
  void wake() {
    source.wake();
  }

  @Override
  void endSources() {
    if (source != null) {
      source.end();
    }
  }
}
