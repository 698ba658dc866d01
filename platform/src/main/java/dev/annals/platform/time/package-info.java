/** The program's clock, and parsing of RFC 3339 instants. */
package dev.annals.platform.time;
