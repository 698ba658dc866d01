/** Notes: created, updated, put into the trash and taken out again by their owner alone. */
package dev.annals.command.note;
