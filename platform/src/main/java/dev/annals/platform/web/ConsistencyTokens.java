package dev.annals.platform.web;

import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;

import dev.annals.platform.problem.Problem;
import dev.annals.platform.problem.Refusal;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The changes that a reader wants to see at least. A controller of the query side declares a
 * parameter of this type. A request has one of it, also when it is handled again after it waited.
 */
public final class ConsistencyTokens {

  private static final String ATTRIBUTE = ConsistencyTokens.class.getName();
  private static final int MOST = 50;
  private static final int LONGEST_SECONDS = 5;

  private final Set<ConsistencyToken> tokens;
  private CompletableFuture<Void> seen;

  /** Takes the tokens; none if the client sent none. */
  public ConsistencyTokens(Collection<ConsistencyToken> tokens) {
    this.tokens = Set.copyOf(tokens);
  }

  /**
   * Reads the request's header.
   *
   * @throws Refusal {@link Problem#BAD_REQUEST} if one was never issued, or there are more than 50
   */
  static ConsistencyTokens of(HttpServletRequest request, SignedTokens signed) {
    if (request.getAttribute(ATTRIBUTE) instanceof ConsistencyTokens read) {
      return read;
    }
    ConsistencyTokens read =
        parse(RequestArguments.lines(request, ConsistencyToken.HEADER), signed);
    request.setAttribute(ATTRIBUTE, read);
    return read;
  }

  /** Reads the header's lines, which together are one list. */
  static ConsistencyTokens parse(List<String> lines, SignedTokens signed) {
    if (lines.isEmpty()) {
      return new ConsistencyTokens(Set.of());
    }
    String[] sent = String.join(",", lines).split(",", -1);
    if (sent.length > MOST) {
      throw malformed();
    }
    return new ConsistencyTokens(
        Stream.of(sent)
            .map(String::strip)
            .distinct()
            .map(token -> signed.read(token).orElseThrow(ConsistencyTokens::malformed))
            .toList());
  }

  /** The version that each aggregate of the kind must have at least. */
  public Map<UUID, Long> versions(String kind) {
    return of(kind).stream()
        .collect(toMap(ConsistencyToken::id, ConsistencyToken::version, Math::max, HashMap::new));
  }

  /** The changes of these kinds, each of one aggregate. */
  public Set<ConsistencyToken> of(String... kinds) {
    Set<String> wanted = Set.of(kinds);
    return tokens.stream()
        .filter(token -> wanted.contains(token.kind()))
        .flatMap(
            token ->
                token.ids().stream()
                    .map(id -> ConsistencyToken.of(token.kind(), id, token.version())))
        .collect(toSet());
  }

  /**
   * Returns once a read model shows changes. A request for which it does not show them yet ends
   * here, waits without a thread, and is handled again from the beginning. To be called once by a
   * read, after everything that can be refused without the model.
   *
   * @param model begins to wait; is asked once a request
   * @throws Refusal {@link Problem#READ_MODEL_BEHIND} after 5 seconds; {@link
   *     Problem#TOO_MANY_REQUESTS} if 20 requests of the caller wait
   */
  public void await(Supplier<CompletableFuture<Void>> model) {
    if (seen == null) {
      seen = model.get().orTimeout(LONGEST_SECONDS, TimeUnit.SECONDS);
    }
    if (!seen.isDone()) {
      throw new NotYetVisibleException(seen);
    }
    try {
      seen.join();
    } catch (CompletionException failed) {
      if (failed.getCause() instanceof TimeoutException) {
        throw new Refusal(
            Problem.READ_MODEL_BEHIND, "The change is stored and will be seen here soon.");
      }
      throw failed.getCause() instanceof RuntimeException cause ? cause : failed;
    }
  }

  private static Refusal malformed() {
    return new Refusal(
        Problem.BAD_REQUEST,
        "Consistency-Token must be tokens as they were received, 50 at most, separated by commas.");
  }
}
