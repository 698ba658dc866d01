/**
 * The inbox: an entry for each event of a user's notes and tasks, numbered in processing order.
 * {@link dev.annals.query.notification.Inbox} writes it, {@link
 * dev.annals.query.notification.InboxQueries} reads it, and a {@link
 * dev.annals.query.notification.NotificationListener} pushes new entries.
 */
package dev.annals.query.notification;
