package dev.annals.gateway;

import java.io.IOException;

/** A process of a side does not answer as it should. */
final class UnavailableException extends IOException {
  private static final long serialVersionUID = 1L;

  UnavailableException(String message) {
    super(message);
  }
}
