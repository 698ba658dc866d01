/**
 * Resources as they were: their events are folded anew, by the fold that keeps the read model, up
 * to a version or an instant. The event store is always current, so nothing waits here.
 */
package dev.annals.query.history;
