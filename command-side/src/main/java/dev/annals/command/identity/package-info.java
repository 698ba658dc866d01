/**
 * Users and their authentication. Users and their roles are events; e-mail claims, password hashes,
 * sessions and keys are rows, which can be deleted, written in the same transaction. This package
 * has the aggregates and their commands, the others one capability each.
 */
package dev.annals.command.identity;
