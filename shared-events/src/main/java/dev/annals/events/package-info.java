/**
 * The events that both sides share, with a sealed interface for each stream, and the annotations of
 * personal data. An event's class name and shape are a storage contract: stored events are never
 * edited, only upcast.
 */
package dev.annals.events;
