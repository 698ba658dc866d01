package dev.annals.command.mail;

import java.util.Map;

/**
 * A mail as it is to be sent.
 *
 * @param template the name of two templates in {@code /mail}: {@code .html} and {@code .txt}
 * @param values what the templates know by name; may hold secrets
 */
public record Mail(String to, String subject, String template, Map<String, Object> values) {

  /** Says nothing of the person, nor of what only they may know. */
  @Override
  public String toString() {
    return "Mail[template=" + template + "]";
  }
}
