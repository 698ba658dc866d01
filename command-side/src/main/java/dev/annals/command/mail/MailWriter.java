package dev.annals.command.mail;

import java.util.Optional;

/** Writes one kind of mail. */
public interface MailWriter {

  /** The kind, for ever: jobs are stored with it. */
  String kind();

  /**
   * Returns how many mails of this kind a process sends to a user in an hour; it drops the rest.
   * What a user can do as often as they like must not fill a mailbox, which can be another
   * person's.
   */
  default int maxPerHour() {
    return Integer.MAX_VALUE;
  }

  /**
   * Writes the mail as it should be now; called once for each attempt, right before it.
   *
   * @return empty if nobody should get it, or not any more
   */
  Optional<Mail> write(MailJob job);

  /** Records that a mail server has taken it. Repeated until it succeeds. */
  default void sent(MailJob job) {}
}
