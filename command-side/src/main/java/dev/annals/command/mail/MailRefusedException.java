package dev.annals.command.mail;

/** A mail that would be refused each time. Its message says why, and nothing of the person. */
final class MailRefusedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  MailRefusedException(String why) {
    super(why);
  }

  MailRefusedException(String why, Throwable cause) {
    super(why, cause);
  }
}
