/** Notes of a user: created, updated, moved to the trash and restored. */
package dev.annals.command.note;
