/**
 * Notifications, as far as users change them: they read one, or all. A notification is known by the
 * identifier of the event that it tells of; what there is to be read is the query side's.
 */
package dev.annals.command.notification;
