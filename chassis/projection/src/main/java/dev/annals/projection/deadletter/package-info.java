/** Events that processors could not handle, and the requests to retry or skip them. */
package dev.annals.projection.deadletter;
