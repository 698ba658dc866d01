package dev.annals.jobs.mail;

/** A mail is refused permanently. The message states the reason, without personal data. */
final class MailRefusedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  MailRefusedException(String reason, Throwable cause) {
    super(reason, cause);
  }
}
