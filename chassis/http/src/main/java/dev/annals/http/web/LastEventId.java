package dev.annals.http.web;

import dev.annals.base.problem.Problem;
import dev.annals.base.problem.Refusal;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.LongSupplier;

/**
 * The {@code Last-Event-ID} header (HTML, 9.2), with which a client continues a stream of events.
 *
 * @param value the id of the last event that the client has; empty if the client sent none
 */
public record LastEventId(OptionalLong value) {

  static final String HEADER = "Last-Event-ID";

  /**
   * Parses the header's lines.
   *
   * @throws Refusal {@link Problem#BAD_REQUEST} if they are not one number
   */
  static LastEventId parse(List<String> lines) {
    if (lines.isEmpty()) {
      return new LastEventId(OptionalLong.empty());
    }
    String line = lines.get(0).strip();
    if (lines.size() > 1 || !line.matches("[0-9]{1,18}")) {
      throw refused();
    }
    return new LastEventId(OptionalLong.of(Long.parseLong(line)));
  }

  /**
   * Returns the id after which a stream begins: the header's, else the query's; empty if the client
   * sent neither.
   *
   * @param after the parameter {@code after} of the query
   * @param newest finds the greatest id so far; called if the client sent an id
   * @throws Refusal {@link Problem#BAD_REQUEST} or {@link Problem#VALIDATION} if the id is greater
   */
  public OptionalLong orElse(OptionalLong after, LongSupplier newest) {
    OptionalLong sent = value.isPresent() ? value : after;
    if (sent.isPresent() && sent.getAsLong() > newest.getAsLong()) {
      throw value.isPresent()
          ? refused()
          : Refusal.invalid("?after", "must not be greater than the newest one");
    }
    return sent;
  }

  private static Refusal refused() {
    return new Refusal(
        Problem.BAD_REQUEST, "Last-Event-ID must be the id of an event of this stream, or 0.");
  }
}
