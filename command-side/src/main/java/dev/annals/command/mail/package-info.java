/**
 * How mail is sent: always by a job that is part of the transaction which decided on it, tried
 * until the mail server takes it, refuses it for good, or its time is over, and written anew for
 * each attempt. It goes to exactly the address that the user has, or to none. What kinds of mail
 * there are is said elsewhere, by {@link dev.annals.command.mail.MailWriter}s.
 */
package dev.annals.command.mail;
