package dev.annals.gateway;

/** A reason not to start, in one sentence that names the property and is printed as it is. */
final class CannotStartException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  CannotStartException(String sentence) {
    super(sentence);
  }
}
