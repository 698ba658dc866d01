/** What changed since a cursor, for clients that keep a copy of a user's resources. */
package dev.annals.projection.follow;
