/**
 * Sends mails. Each mail is a job, scheduled by the transaction that decides on it. The job retries
 * until the mail server accepts the mail, refuses it permanently, or the mail expires; each attempt
 * writes the mail anew. It goes to the user's exact address or nowhere. Other packages define the
 * kinds of mail by {@link dev.annals.jobs.mail.MailWriter}s.
 */
package dev.annals.jobs.mail;
