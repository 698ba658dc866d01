package dev.annals.gateway;

import java.io.IOException;

/** No process of a side can be asked. */
final class UnavailableException extends IOException {
  private static final long serialVersionUID = 1L;

  UnavailableException(String message) {
    super(message);
  }
}
