/**
 * The summary of a user's tasks that is mailed each morning: once a local day, to those who want it
 * and whom there is something to tell. Who gets it when is a table that follows the events of
 * users; the mail is written when it is sent.
 */
package dev.annals.command.summary;
