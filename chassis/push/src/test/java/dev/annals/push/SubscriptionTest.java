package dev.annals.push;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * The notifications that a client gets, and their order, for every interleaving of announcements,
 * reads of the inbox and the client's pace, which the test controls. A body has the number, and
 * whether it was announced or read.
 */
class SubscriptionTest {

  private static final UUID ANN = new UUID(1, 1);
  private static final OptionalLong FROM_THE_START = OptionalLong.of(0);
  private static final OptionalLong FROM_NOW_ON = OptionalLong.empty();

  private final TestInbox inbox = new TestInbox();
  private final Deque<Runnable> whileReading = new ArrayDeque<>();
  private final Deque<Runnable> later = new ArrayDeque<>();
  private final Wire wire = new Wire();
  private final SendQueue sendQueue = new SendQueue(wire, () -> later.add(this::wake));
  private final Subscription subscription =
      new Subscription(
          ANN,
          new Sink(),
          inbox.onRead(this::read),
          it -> it.sequence() + " read" + padding(),
          later::add);
  private int pages;
  private int padding;

  @Test
  void sendsANotificationThatFollowsTheCursorAtOnce() {
    start(FROM_NOW_ON);
    announce(inbox.add(ANN, 2));
    announce(inbox.add(ANN, 1));

    assertThat(wire.bodies()).containsExactly("1 announced", "2 announced", "3 announced");
    assertThat(later).isEmpty();
  }

  @Test
  void sendsANotificationOnceThatIsAnnouncedDuringARead() {
    NewNotifications first = inbox.add(ANN, 2);
    whileReading.add(() -> announce(first));
    start(FROM_THE_START);
    announce(inbox.add(ANN, 1));

    assertThat(wire.bodies()).containsExactly("1 read", "2 read", "3 announced");
  }

  @Test
  void readsAgainForANotificationThatArrivesAfterThePage() {
    inbox.add(ANN, 2);
    whileReading.add(() -> announce(inbox.add(ANN, 1)));
    start(FROM_THE_START);

    assertThat(wire.bodies()).containsExactly("1 read", "2 read", "3 read");
    assertThat(later).isEmpty();
  }

  @Test
  void sendsANotificationThatArrivesBeforeTheCursorIsSet() {
    inbox.add(ANN, 1);
    subscription.start(FROM_NOW_ON, () -> announce(inbox.add(ANN, 1)));

    assertThat(wire.bodies()).containsExactly("2 read");
  }

  @Test
  void readsUnannouncedNotificationsBeforeALaterAnnouncedOne() {
    start(FROM_NOW_ON);
    inbox.add(ANN, 2);
    announce(inbox.add(ANN, 1));
    assertThat(wire.bodies()).isEmpty();
    runAll();

    assertThat(wire.bodies()).containsExactly("1 read", "2 read", "3 read");
  }

  @Test
  void ignoresAnAnnouncementBehindTheCursor() {
    start(FROM_NOW_ON);
    NewNotifications first = inbox.add(ANN, 1);
    announce(inbox.add(ANN, 1));
    runAll();
    announce(first);

    assertThat(wire.bodies()).containsExactly("1 read", "2 read");
    assertThat(later).isEmpty();
  }

  @Test
  void readsAnUnannouncedNotificationAtTheNextCheck() {
    start(FROM_NOW_ON);
    inbox.add(ANN, 1);
    subscription.check(1);
    subscription.check(1);
    assertThat(later).hasSize(1);
    runAll();
    subscription.check(1);

    assertThat(wire.bodies()).containsExactly("1 read");
    assertThat(later).isEmpty();
  }

  @Test
  void sendsAThousandMissedNotifications() {
    inbox.add(ANN, 1001);
    start(OptionalLong.of(1));
    assertThat(wire.bodies())
        .isEqualTo(IntStream.rangeClosed(2, 1001).mapToObj(it -> it + " read").toList());
  }

  @Test
  void sendsResyncForMoreThanAThousandMissedNotificationsAndThenNewOnes() {
    inbox.add(ANN, 1001);
    subscription.start(FROM_THE_START, () -> announce(inbox.add(ANN, 1)));
    announce(inbox.add(ANN, 1));

    assertThat(wire.bodies()).containsExactly("resync at 1001", "1002 read", "1003 announced");
  }

  @Test
  void sendsResyncForANumberThatTheInboxDoesNotHave() {
    inbox.add(ANN, 2);
    start(OptionalLong.of(3));
    announce(inbox.add(ANN, 1));

    assertThat(wire.bodies()).containsExactly("resync at 2", "3 announced");
  }

  @Test
  void sendsResyncForACutOffNumberThoughHigherOnesExist() {
    inbox.add(ANN, 3);
    inbox.cutOff(ANN, 2);
    inbox.add(ANN, 1);
    start(OptionalLong.of(3));
    announce(inbox.add(ANN, 1));

    assertThat(wire.bodies()).containsExactly("resync at 5", "6 announced");
  }

  @Test
  void continuesAfterTheLastNumberBeforeACut() {
    inbox.add(ANN, 3);
    inbox.cutOff(ANN, 2);
    inbox.add(ANN, 1);
    start(OptionalLong.of(1));

    assertThat(wire.bodies()).containsExactly("5 read");
  }

  @Test
  void sendsResyncWhenASentNotificationIsCutOffAndThenNewOnes() {
    start(FROM_NOW_ON);
    announce(inbox.add(ANN, 3));
    inbox.cutOff(ANN, 2);
    subscription.check(4);
    runAll();
    announce(inbox.add(ANN, 1));
    runAll();

    assertThat(wire.bodies())
        .containsExactly("1 announced", "2 announced", "3 announced", "resync at 1", "5 read");
  }

  @Test
  void queuesNothingForABusyClient() {
    start(FROM_NOW_ON);
    wire.stops();
    padding = 70_000;
    announce(inbox.add(ANN, 2));
    padding = 0;
    announce(inbox.add(ANN, 2));
    subscription.check(4);
    runAll();
    assertThat(pages).isEqualTo(1);
    wire.goesOn();
    runAll();
    announce(inbox.add(ANN, 1));

    assertThat(wire.bodies())
        .containsExactly("1 announced", "2 announced", "3 read", "4 read", "5 announced");
  }

  @Test
  void readsTheInboxOnlyAsFarAsTheClientReads() {
    inbox.add(ANN, 120);
    wire.stops();
    padding = 2_000;
    start(FROM_THE_START);
    assertThat(pages).isEqualTo(1);
    wire.goesOn();
    runAll();

    assertThat(wire.bodies())
        .isEqualTo(IntStream.rangeClosed(1, 120).mapToObj(it -> it + " read").toList());
  }

  @Test
  void readsTheInboxLaterWhenItIsUnavailable() {
    start(FROM_NOW_ON);
    whileReading.add(
        () -> {
          throw new IllegalStateException("The store is away");
        });
    inbox.add(ANN, 1);
    subscription.check(1);
    assertThatThrownBy(this::runAll).hasMessage("The store is away");
    subscription.wake();
    runAll();

    assertThat(wire.bodies()).containsExactly("1 read");
  }

  @Test
  void sendsNothingAfterItHasEnded() {
    start(FROM_NOW_ON);
    subscription.end();
    announce(inbox.add(ANN, 1));
    inbox.add(ANN, 1);
    subscription.check(2);

    assertThat(wire.bodies()).isEmpty();
    assertThat(later).isEmpty();
  }

  @Test
  void sendsEachNotificationOnceAndInOrderInEveryInterleaving() {
    Random random = new Random(7);
    List<NewNotifications> unheard = new ArrayList<>();
    AtomicLong last = new AtomicLong();
    Runnable arrive =
        () -> {
          NewNotifications arrival = inbox.add(ANN, 1 + random.nextInt(3));
          last.addAndGet(arrival.notifications().size());
          unheard.add(arrival);
        };
    Runnable lose = () -> unheard.remove(random.nextInt(unheard.size()));
    Runnable announce = () -> announce(unheard.get(random.nextInt(unheard.size())));
    Runnable announceTheLast = () -> announce(unheard.get(unheard.size() - 1));
    List<Runnable> happenings =
        List.of(
            arrive,
            lose,
            announce,
            announceTheLast,
            () -> whileReading.add(arrive),
            () -> whileReading.add(announceTheLast),
            wire::stops,
            wire::goesOn,
            () -> subscription.check(last.get()),
            this::runNext,
            this::runNext);
    padding = 9_000;
    start(FROM_THE_START);
    for (int i = 0; i < 600; i++) {
      arrive.run();
      happenings.get(random.nextInt(happenings.size())).run();
    }
    whileReading.clear();
    wire.goesOn();
    subscription.check(last.get());
    runAll();

    assertThat(wire.bodies())
        .extracting(it -> Long.valueOf(it.substring(0, it.indexOf(' '))))
        .isEqualTo(LongStream.rangeClosed(1, last.get()).boxed().toList());
  }

  private void start(OptionalLong after) {
    subscription.start(after, () -> {});
  }

  private void announce(NewNotifications arrival) {
    subscription.push(
        new Subscription.Push(
            arrival.previous(),
            arrival.notifications().stream()
                .map(it -> new Subscription.Message(it.sequence(), announced(it)))
                .toList()));
  }

  private String announced(NotificationView notification) {
    return notification.sequence() + " announced" + padding();
  }

  private void read() {
    pages++;
    if (!whileReading.isEmpty()) {
      whileReading.remove().run();
    }
  }

  // As the connection does.
  private void wake() {
    subscription.wake();
  }

  private void runAll() {
    while (!later.isEmpty()) {
      later.remove().run();
    }
  }

  private void runNext() {
    if (!later.isEmpty()) {
      later.remove().run();
    }
  }

  private String padding() {
    return " ".repeat(padding);
  }

  private final class Sink implements NotificationSink {

    @Override
    public boolean isBusy() {
      return sendQueue.isBusy();
    }

    @Override
    public void sendNotification(long sequence, String json) {
      assertThat(json).startsWith(sequence + " ");
      sendQueue.send(json);
    }

    @Override
    public void sendResync(long newest) {
      sendQueue.send("resync at " + newest);
    }
  }

  /** The network of a connection: a text leaves at once, or when the test lets it. */
  private static final class Wire implements Network {

    private final List<String> sent = new ArrayList<>();
    private final Deque<Consumer<@Nullable Throwable>> leaving = new ArrayDeque<>();
    private boolean stopped;

    @Override
    public void send(String text, Consumer<@Nullable Throwable> onLeft) {
      sent.add(text);
      leaving.add(onLeft);
      leave();
    }

    void stops() {
      stopped = true;
    }

    void goesOn() {
      stopped = false;
      leave();
    }

    private void leave() {
      if (!stopped && !leaving.isEmpty()) {
        leaving.remove().accept(null);
      }
    }

    List<String> bodies() {
      return sent.stream().map(String::strip).toList();
    }
  }
}
