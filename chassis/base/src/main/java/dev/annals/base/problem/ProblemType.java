package dev.annals.base.problem;

import java.net.URI;
import java.util.Locale;
import java.util.OptionalInt;

/** A kind of error of the API (RFC 9457). An enum of a product implements it. */
public interface ProblemType {

  /** Returns the name of the constant. */
  String name();

  /** Returns the HTTP status. */
  int status();

  String title();

  /** Returns {@code urn:problem:} and the name in lower case with hyphens. */
  default URI type() {
    return URI.create("urn:problem:" + name().toLowerCase(Locale.ROOT).replace('_', '-'));
  }

  /** Returns the standard sentence for clients, empty if there is none. */
  default String detail() {
    return "";
  }

  /** Returns the seconds after which a retry may succeed, empty for permanent problems. */
  default OptionalInt retryAfter() {
    return OptionalInt.empty();
  }
}
