/**
 * The inbox: an entry for each event of a user's notes and tasks, numbered in the order in which
 * they were processed, how it is read, and how whoever pushes hears of new ones.
 */
package dev.annals.query.notification;
