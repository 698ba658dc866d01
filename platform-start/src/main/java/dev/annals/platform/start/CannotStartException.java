package dev.annals.platform.start;

/**
 * A reason not to start that whoever runs the program can do something about. Its message is
 * printed as it is: one sentence that names the property, port or folder, and holds no secret.
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
