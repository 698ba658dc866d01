/** The program's clock, its periodic tasks, and parsing of RFC 3339 instants. */
package dev.annals.platform.time;
