package dev.annals.events.notification;

import dev.annals.base.event.Subject;
import java.util.UUID;
import org.axonframework.serialization.Revision;

/** A user marked all notifications as read, those of events that were stored before this one. */
@Revision("1")
public record AllNotificationsRead(@Subject UUID userId) implements NotificationEvent {}
