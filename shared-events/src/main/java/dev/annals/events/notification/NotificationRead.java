package dev.annals.events.notification;

import dev.annals.base.event.Subject;
import java.util.UUID;
import org.axonframework.serialization.Revision;

/**
 * A user marked a notification as read.
 *
 * @param notificationId the identifier of the event that the notification is about
 * @param resourceId the aggregate of that event
 * @param version the sequence number of that event
 */
@Revision("1")
public record NotificationRead(
    UUID notificationId, @Subject UUID userId, UUID resourceId, long version)
    implements NotificationEvent {}
