/**
 * What happened: the events that both sides share, one sealed interface a stream, and the two marks
 * that say whose and which parts of them are personal. An event's class name and shape are a
 * storage contract: a stored event is never edited, only upcast.
 */
package dev.annals.events;
