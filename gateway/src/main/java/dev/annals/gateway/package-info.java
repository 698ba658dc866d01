/**
 * One port in front of both sides, so that a client cannot tell the split deployment from the
 * standalone program. It routes by method and path, passes on what it gets as it is, and knows
 * nothing of notes, tasks or people.
 */
package dev.annals.gateway;
