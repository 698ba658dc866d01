/**
 * Mails a summary of a user's open tasks each morning: once a local day, to users who want it and
 * have tasks due. A table, maintained from the events of users, holds when each is due. The mail is
 * written when it is sent.
 */
package dev.annals.command.summary;
