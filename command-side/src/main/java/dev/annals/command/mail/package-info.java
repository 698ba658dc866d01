/**
 * How mail is sent: always by a job that is part of the transaction which decided on it, tried
 * until the mail server takes it or its time is over, and written anew for each attempt. What kinds
 * of mail there are is said elsewhere, by {@link dev.annals.command.mail.MailWriter}s.
 */
package dev.annals.command.mail;
