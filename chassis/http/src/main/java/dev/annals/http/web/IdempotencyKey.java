package dev.annals.http.web;

import dev.annals.base.problem.Problem;
import dev.annals.base.problem.Refusal;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The {@code Idempotency-Key} header (IETF httpapi draft), which makes a request safe to repeat.
 *
 * @param value without quotes, 1 to 255 ASCII characters; empty if the client sent none
 */
public record IdempotencyKey(Optional<String> value) {

  static final String HEADER = "Idempotency-Key";

  // A string (RFC 9651, 3.3.3), or its content without quotes.
  private static final Pattern QUOTED = Pattern.compile("\"((?:[ !#-\\[\\]-~]|\\\\[\"\\\\])*+)\"");
  private static final Pattern BARE = Pattern.compile("[!#-~]+");
  private static final int MAX_LENGTH = 255;

  /**
   * Parses the header's lines.
   *
   * @throws Refusal {@link Problem#BAD_REQUEST} if they are not one key
   */
  static IdempotencyKey parse(List<String> lines) {
    if (lines.isEmpty()) {
      return new IdempotencyKey(Optional.empty());
    }
    String line = lines.get(0).strip();
    if (line.length() > 2 * MAX_LENGTH + 2) {
      throw malformed();
    }
    Matcher quoted = QUOTED.matcher(line);
    String key =
        quoted.matches()
            ? quoted.group(1).replaceAll("\\\\(.)", "$1")
            : BARE.matcher(line).matches() ? line : "";
    if (lines.size() > 1 || key.isEmpty() || key.length() > MAX_LENGTH) {
      throw malformed();
    }
    return new IdempotencyKey(Optional.of(key));
  }

  private static Refusal malformed() {
    return new Refusal(
        Problem.BAD_REQUEST,
        "Idempotency-Key must be one string in quotes, of 1 to 255 ASCII characters.");
  }
}
