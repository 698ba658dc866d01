/**
 * Deadlines for requests on both ports. They bound how long a slow client can occupy a thread or
 * memory.
 */
package dev.annals.http.arrival;
