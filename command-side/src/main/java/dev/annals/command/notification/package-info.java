/**
 * Marks one or all notifications as read. A notification has the identifier of its event; the query
 * side stores the notifications.
 */
package dev.annals.command.notification;
