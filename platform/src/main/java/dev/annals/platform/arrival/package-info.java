/**
 * Sees to it that requests arrive in time, on both ports: no client can make threads, memory or
 * other clients wait for as long as it likes.
 */
package dev.annals.platform.arrival;
