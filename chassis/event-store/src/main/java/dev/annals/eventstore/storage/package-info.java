/**
 * The stored form of events and snapshots: JSON with personal fields encrypted with their user's
 * key, and upcasters for earlier revisions.
 */
package dev.annals.eventstore.storage;
