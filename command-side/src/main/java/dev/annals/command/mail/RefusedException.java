package dev.annals.command.mail;

/** A mail that would be refused each time. Its message says why, and nothing of the person. */
final class RefusedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  RefusedException(String why) {
    super(why);
  }

  RefusedException(String why, Throwable cause) {
    super(why, cause);
  }
}
