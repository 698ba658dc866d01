package dev.annals.http.web;

import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;

import dev.annals.base.problem.Problem;
import dev.annals.base.problem.Refusal;
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
 * The changes that a response must reflect. Controllers of the query side declare a parameter of
 * this type. A request has one instance, even when it is dispatched again after a wait.
 */
public final class ConsistencyTokens {

  private static final String ATTRIBUTE = ConsistencyTokens.class.getName();
  private static final int MAX_TOKENS = 50;
  private static final int TIMEOUT_SECONDS = 5;

  private final Set<ConsistencyToken> tokens;
  private CompletableFuture<Void> visible;

  public ConsistencyTokens(Collection<ConsistencyToken> tokens) {
    this.tokens = Set.copyOf(tokens);
  }

  /**
   * Parses the request's header.
   *
   * @throws Refusal {@link Problem#BAD_REQUEST} if a token was never issued or there are more than
   *     50
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

  /** Parses the header's lines as one list. */
  static ConsistencyTokens parse(List<String> lines, SignedTokens signed) {
    if (lines.isEmpty()) {
      return new ConsistencyTokens(Set.of());
    }
    String[] sent = String.join(",", lines).split(",", -1);
    if (sent.length > MAX_TOKENS) {
      throw malformed();
    }
    return new ConsistencyTokens(
        Stream.of(sent)
            .map(String::strip)
            .distinct()
            .map(token -> signed.read(token).orElseThrow(ConsistencyTokens::malformed))
            .toList());
  }

  /** Returns the minimum version of each aggregate of a kind. */
  public Map<UUID, Long> versions(String kind) {
    return of(kind).stream()
        .collect(toMap(ConsistencyToken::id, ConsistencyToken::version, Math::max, HashMap::new));
  }

  /** Returns the changes of these kinds, one for each aggregate. */
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
   * Returns when a read model shows the changes. If it does not show them yet, the request is
   * suspended without a thread and dispatched again later. Must be called once, after all checks
   * that do not need the model.
   *
   * @param model starts the wait; called once for a request
   * @throws Refusal {@link Problem#READ_MODEL_BEHIND} after 5 seconds; {@link
   *     Problem#TOO_MANY_REQUESTS} if 20 requests of the caller are waiting
   */
  public void await(Supplier<CompletableFuture<Void>> model) {
    if (visible == null) {
      visible = model.get().orTimeout(TIMEOUT_SECONDS, TimeUnit.SECONDS);
    }
    if (!visible.isDone()) {
      throw new VisibilityWait.NotYetVisibleException(visible);
    }
    try {
      visible.join();
    } catch (CompletionException failed) {
      if (failed.getCause() instanceof TimeoutException) {
        throw new Refusal(
            Problem.READ_MODEL_BEHIND, "The change is stored and will be visible soon.");
      }
      throw failed.getCause() instanceof RuntimeException cause ? cause : failed;
    }
  }

  private static Refusal malformed() {
    return new Refusal(
        Problem.BAD_REQUEST,
        "Consistency-Token must be at most 50 unaltered tokens, separated by commas.");
  }
}
