package dev.annals.platform.web;

import dev.annals.platform.problem.Problem;
import dev.annals.platform.problem.Refusal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * The changes that a reader wants to see at least. A controller of the query side declares a
 * parameter of this type.
 *
 * @param tokens none if the client sent none
 */
public record ConsistencyTokens(List<ConsistencyToken> tokens) {

  private static final int MOST = 50;

  public ConsistencyTokens {
    tokens = List.copyOf(tokens);
  }

  /**
   * Reads the header's lines, which together are one list.
   *
   * @throws Refusal {@link Problem#BAD_REQUEST} if one is no token, or there are more than 50
   */
  static ConsistencyTokens parse(List<String> lines) {
    List<ConsistencyToken> tokens = new ArrayList<>();
    if (!lines.isEmpty()) {
      for (String token : String.join(",", lines).split(",", -1)) {
        tokens.add(ConsistencyToken.parse(token.strip()).orElseThrow(ConsistencyTokens::malformed));
      }
    }
    if (tokens.size() > MOST) {
      throw malformed();
    }
    return new ConsistencyTokens(tokens);
  }

  /** The version that each aggregate of the kind must have at least. */
  public Map<UUID, Long> versions(String kind) {
    Map<UUID, Long> versions = new HashMap<>();
    for (ConsistencyToken token : all(kind)) {
      token.ids().forEach(id -> versions.merge(id, token.version(), Math::max));
    }
    return versions;
  }

  /** The tokens of a kind. */
  public List<ConsistencyToken> all(String kind) {
    return tokens.stream().filter(token -> token.kind().equals(kind)).toList();
  }

  private static Refusal malformed() {
    return new Refusal(
        Problem.BAD_REQUEST,
        "Consistency-Token must be tokens as they were received, 50 at most, separated by commas.");
  }
}
