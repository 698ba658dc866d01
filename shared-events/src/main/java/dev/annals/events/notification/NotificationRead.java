package dev.annals.events.notification;

import dev.annals.events.Subject;
import java.util.UUID;
import org.axonframework.serialization.Revision;

/**
 * A user has read one notification.
 *
 * @param notificationId the identifier of the event that it tells of
 * @param resourceId the aggregate that this event happened to
 * @param version this event's sequence number there
 */
@Revision("1")
public record NotificationRead(
    UUID notificationId, @Subject UUID userId, UUID resourceId, long version)
    implements NotificationEvent {}
