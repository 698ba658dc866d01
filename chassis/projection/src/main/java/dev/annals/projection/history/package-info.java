/**
 * Resources at a point in time. The fold that keeps the read model folds the events of a resource
 * again, up to a version or an instant. The event store is always current, so a query never waits.
 */
package dev.annals.projection.history;
