/**
 * Who people are and how they prove it. What a user is and may do is events; e-mail claims,
 * password hashes, sessions and keys are rows that can be destroyed, written in the same
 * transaction.
 */
package dev.annals.command.identity;
