/**
 * How events and snapshots are stored: JSON, with the personal parts encrypted under the key of the
 * person they are about, and how older shapes of them are read.
 */
package dev.annals.events.storage;
