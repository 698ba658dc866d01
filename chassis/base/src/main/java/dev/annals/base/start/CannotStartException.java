package dev.annals.base.start;

/**
 * Thrown to stop the start for a reason that the operator can fix. Its message is printed
 * unchanged: one sentence that names the property, port or folder, without secrets.
 */
public final class CannotStartException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public CannotStartException(String sentence) {
    super(sentence);
  }

  public CannotStartException(String sentence, Throwable cause) {
    super(sentence, cause);
  }
}
