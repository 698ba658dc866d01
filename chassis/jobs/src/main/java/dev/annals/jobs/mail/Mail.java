package dev.annals.jobs.mail;

import java.util.Map;

/**
 * A mail to send.
 *
 * @param template the common name of two templates in {@code /mail}: {@code .html} and {@code .txt}
 * @param values the variables of the templates; may hold secrets
 */
public record Mail(String to, String subject, String template, Map<String, Object> values) {

  /** Omits personal data and secrets. */
  @Override
  public String toString() {
    return "Mail[template=" + template + "]";
  }
}
