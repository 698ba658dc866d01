package dev.annals.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.annals.audit.EventLog.LogPage;
import dev.annals.push.EventSink;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** What a client gets, and how far the log is read. The test runs the reads. */
class LogStreamTest {

  private static final int PAGE_SIZE = 3;

  private final List<String> sent = new ArrayList<>();
  private final Deque<Runnable> reads = new ArrayDeque<>();
  private final List<String> pages = new ArrayList<>();
  private final List<LogStream> endedStreams = new ArrayList<>();
  private boolean busy;
  private boolean away;
  // The positions that match the filter.
  private List<Long> log = LongStream.rangeClosed(1, 10).boxed().toList();

  private final LogStream stream =
      new LogStream(new Sink(), this::page, it -> "json", 2, endedStreams::add);

  @Test
  void sendsTheEventsUpToTheEndOfTheLogAndWaitsForMore() {
    stream.readTo(5);
    runAll();
    assertThat(sent).containsExactly("event 3 json", "event 4 json", "event 5 json");

    stream.readTo(5);
    stream.wake();
    assertThat(reads).isEmpty();
    stream.readTo(6);
    runAll();
    assertThat(sent).hasSize(4).last().isEqualTo("event 6 json");
  }

  @Test
  void readsPageByPage() {
    stream.readTo(10);
    runAll();

    assertThat(pages).containsExactly("2-10", "5-10", "8-10");
    assertThat(sent).hasSize(8);
  }

  @Test
  void readsNoFurtherWhileTheClientIsBusy() {
    busy = true;
    stream.readTo(10);
    assertThat(reads).isEmpty();
    busy = false;
    stream.wake();
    busy = true;
    runAll();
    assertThat(pages).containsExactly("2-10");

    busy = false;
    stream.wake();
    runAll();
    assertThat(sent).hasSize(8);
  }

  @Test
  void doesNotReadAgainWhatDoesNotMatch() {
    log = List.of(9L);
    stream.readTo(8);
    runAll();
    stream.readTo(9);
    runAll();

    assertThat(pages).containsExactly("2-8", "8-9");
    assertThat(sent).containsExactly("event 9 json");
  }

  @Test
  void readsWithOneThreadAtATime() {
    stream.readTo(5);
    stream.readTo(6);
    stream.wake();

    assertThat(reads).hasSize(1);
    runAll();
    assertThat(sent).hasSize(4);
  }

  @Test
  void readsAgainAfterAFailure() {
    away = true;
    stream.readTo(3);
    assertThatThrownBy(this::runAll).hasMessage("The store is away");
    away = false;
    stream.readTo(3);
    runAll();

    assertThat(sent).containsExactly("event 3 json");
  }

  @Test
  void sendsNothingAfterItsEnd() {
    stream.readTo(5);
    stream.end();
    runAll();
    stream.readTo(6);

    assertThat(sent).isEmpty();
    assertThat(reads).isEmpty();
    assertThat(endedStreams).containsExactly(stream);
  }

  private void runAll() {
    while (!reads.isEmpty()) {
      reads.remove().run();
    }
  }

  private LogPage page(long after, long last) {
    if (away) {
      throw new IllegalStateException("The store is away");
    }
    pages.add(after + "-" + last);
    List<Long> found = log.stream().filter(it -> it > after && it <= last).toList();
    List<AuditedEvent> events = found.stream().limit(PAGE_SIZE).map(LogStreamTest::event).toList();
    return new LogPage(
        events, found.size() > PAGE_SIZE ? events.get(PAGE_SIZE - 1).position() : null);
  }

  private static AuditedEvent event(long position) {
    return new AuditedEvent(
        position,
        "e",
        "Note",
        "a",
        0,
        "NoteCreated",
        "1",
        Instant.EPOCH,
        null,
        null,
        null,
        null,
        null);
  }

  private final class Sink implements EventSink {

    @Override
    public void send(String event, long id, String json) {
      sent.add(event + " " + id + " " + json);
    }

    @Override
    public boolean isBusy() {
      return busy;
    }

    @Override
    public Executor executor() {
      return reads::add;
    }
  }
}
