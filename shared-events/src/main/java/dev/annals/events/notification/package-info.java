/** Events of notifications: that somebody has read them. What they tell of are other events. */
package dev.annals.events.notification;
