/** Deadlines for requests on both ports: how long a slow client can occupy a thread or memory. */
package dev.annals.http.arrival;
