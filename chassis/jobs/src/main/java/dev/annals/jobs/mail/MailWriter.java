package dev.annals.jobs.mail;

import java.util.Optional;

/** Writes one kind of mail. */
public interface MailWriter {

  /** Returns the kind of mail. It is stored with jobs, so it must never change. */
  String kind();

  /**
   * Returns the maximum number of mails of this kind that a process sends to a user in an hour; it
   * drops the rest. A user must not be able to fill a mailbox, which can be another person's.
   */
  default int maxPerHour() {
    return Integer.MAX_VALUE;
  }

  /**
   * Writes the current version of the mail, directly before each attempt.
   *
   * @return empty if the mail is not wanted any more
   */
  Optional<Mail> write(MailJob job);

  /** Records that a mail server has accepted the mail. Retried until it succeeds. */
  default void sent(MailJob job) {}
}
