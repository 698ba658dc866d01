/** Marks notifications as read. A notification has its event's id; the query side stores it. */
package dev.annals.command.notification;
