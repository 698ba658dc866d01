/** Events of notifications: users mark them as read. */
package dev.annals.events.notification;
