package dev.annals.command.notification;

import dev.annals.command.notification.Inbox.ReadAllNotifications;
import dev.annals.command.notification.Notification.ReadNotification;
import dev.annals.events.notification.AllNotificationsRead;
import dev.annals.events.notification.NotificationRead;
import java.util.UUID;
import org.axonframework.test.aggregate.AggregateTestFixture;
import org.junit.jupiter.api.Test;

class NotificationTest {

  private static final UUID EVENT = UUID.fromString("00000000-0000-4000-8000-000000000001");
  private static final UUID NOTE = UUID.fromString("00000000-0000-4000-8000-000000000002");
  private static final UUID ANNA = UUID.fromString("00000000-0000-4000-8000-00000000000a");
  private static final NotificationRead READ = new NotificationRead(EVENT, ANNA, NOTE, 3);

  private final AggregateTestFixture<Notification> notification =
      new AggregateTestFixture<>(Notification.class);
  private final AggregateTestFixture<Inbox> inbox = new AggregateTestFixture<>(Inbox.class);

  @Test
  void storesTheFirstReading() {
    notification
        .givenNoPriorActivity()
        .when(new ReadNotification(EVENT, ANNA, NOTE, 3))
        .expectEvents(READ);
  }

  @Test
  void storesNothingForASecondReading() {
    notification
        .given(READ)
        .when(new ReadNotification(EVENT, ANNA, NOTE, 3))
        .expectSuccessfulHandlerExecution()
        .expectNoEvents();
  }

  @Test
  void storesEachReadingOfAll() {
    inbox
        .given(new AllNotificationsRead(ANNA))
        .when(new ReadAllNotifications(ANNA))
        .expectEvents(new AllNotificationsRead(ANNA))
        .expectResultMessagePayload(1L);
    inbox
        .givenNoPriorActivity()
        .when(new ReadAllNotifications(ANNA))
        .expectEvents(new AllNotificationsRead(ANNA));
  }
}
