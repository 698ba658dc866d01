/** The one clock, and how instants are written and read (RFC 3339). */
package dev.annals.platform.time;
