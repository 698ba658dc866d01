package dev.annals.command.mail;

import java.time.Instant;
import java.util.UUID;

/**
 * A mail that is due, as it is stored: ids, and nothing that a person or a secret could be known
 * by.
 *
 * @param kind who writes it
 * @param id what it is about; there is at most one job of an id
 * @param userId whom it is for
 * @param until when there is no more use in it
 * @param sent whether a mail server has it, and only that is still to be recorded
 */
public record MailJob(String kind, UUID id, UUID userId, Instant until, boolean sent) {

  MailJob afterSending() {
    return new MailJob(kind, id, userId, until, true);
  }
}
