/**
 * Axon's engine and buses: which event store there is, and how events are written into it. Nothing
 * else knows.
 */
package dev.annals.platform.axon;
