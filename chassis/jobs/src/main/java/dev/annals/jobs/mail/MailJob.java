package dev.annals.jobs.mail;

import java.time.Instant;
import java.util.UUID;

/**
 * A due mail as stored: ids only, no personal data and no secrets.
 *
 * @param kind the kind of its {@link MailWriter}
 * @param id the id of the mail's subject; each id has at most one job
 * @param userId the recipient
 * @param until the instant after which the mail is useless
 * @param sent whether a mail server has accepted it, and only recording that is left
 */
public record MailJob(String kind, UUID id, UUID userId, Instant until, boolean sent) {

  MailJob asSent() {
    return new MailJob(kind, id, userId, until, true);
  }
}
