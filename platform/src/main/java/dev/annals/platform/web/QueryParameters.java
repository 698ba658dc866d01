package dev.annals.platform.web;

import dev.annals.platform.problem.Problem;
import dev.annals.platform.problem.Refusal;
import dev.annals.platform.problem.Violation;
import dev.annals.platform.time.Rfc3339;
import dev.annals.platform.validation.Characters;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;

/**
 * Reads and validates a request's query parameters. Known parameters must be readable, in range and
 * given once; unknown ones are ignored. An invalid value reads as absent, and {@link
 * #refuseIfInvalid} reports all violations at once.
 *
 * <p>Controllers declare a parameter of this type. Not thread-safe.
 */
public final class QueryParameters {

  // A Link header has up to four links, and many clients read at most 16 KiB of headers.
  private static final int MAX_LIST_QUERY_LENGTH = 3_000;

  private static final String PAGE = "page";

  private final QueryString query;
  private final List<Violation> violations = new ArrayList<>();
  private final Set<String> knownNames = new HashSet<>();

  QueryParameters(QueryString query) {
    this.query = query;
  }

  /** Parses the query of a URI, which may be {@code null}. */
  public static QueryParameters of(String query) {
    return new QueryParameters(QueryString.parse(query));
  }

  /** Reads a decimal integer between two inclusive bounds. */
  public OptionalLong integer(String name, long min, long max) {
    return single(
            name,
            "must be a whole number from " + min + " to " + max,
            text -> whole(text, min, max))
        .map(OptionalLong::of)
        .orElseGet(OptionalLong::empty);
  }

  public Optional<Boolean> flag(String name) {
    return single(
        name,
        "must be true or false",
        text ->
            switch (text) {
              case "true" -> Optional.of(true);
              case "false" -> Optional.of(false);
              default -> Optional.empty();
            });
  }

  /** Reads an enum constant by its exact name. */
  public <E extends Enum<E>> Optional<E> choice(String name, Class<E> type) {
    List<E> constants = Arrays.asList(type.getEnumConstants());
    return single(
        name,
        "must be one of " + String.join(", ", constants.stream().map(Enum::name).toList()),
        text -> constants.stream().filter(constant -> constant.name().equals(text)).findFirst());
  }

  /**
   * Reads an instant (RFC 3339), truncated to milliseconds. Clients must send {@code +} as {@code
   * %2B}.
   */
  public Optional<Instant> instant(String name) {
    return single(name, "must be an RFC 3339 date-time", Rfc3339::parse);
  }

  public Optional<String> text(String name) {
    return single(name, "cannot be read", Optional::of);
  }

  /** Reads text of at most so many code points. */
  public Optional<String> text(String name, int maxLength) {
    return single(
        name,
        "must be text of at most " + maxLength + " characters",
        text -> Optional.of(text).filter(it -> it.codePointCount(0, it.length()) <= maxLength));
  }

  /** Reads all values of a repeatable parameter. A comma is part of a value. */
  public List<String> texts(String name) {
    List<String> texts = new ArrayList<>();
    for (Optional<String> value : values(name)) {
      value
          .filter(Characters::isStorable)
          .ifPresentOrElse(texts::add, () -> reject(name, "cannot be read"));
    }
    return List.copyOf(texts);
  }

  /**
   * Reads {@code page}, {@code size} and {@code sort}.
   *
   * @param defaultOrder the order without {@code sort}
   * @param sortable the properties that {@code sort} may name
   */
  public Paging paging(Paging.Order defaultOrder, Set<String> sortable) {
    Paging defaults = paging(defaultOrder);
    List<Paging.Order> orders = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (String sort : texts("sort")) {
      Optional<Paging.Order> order =
          order(sort).filter(it -> sortable.contains(it.property()) && seen.add(it.property()));
      if (order.isEmpty()) {
        reject(
            "sort",
            "must be one of "
                + String.join(", ", sortable.stream().sorted().toList())
                + ", each at most once, with ,asc or ,desc");
        break;
      }
      orders.add(order.get());
    }
    return orders.isEmpty() ? defaults : new Paging(defaults.page(), defaults.size(), orders);
  }

  /** Reads {@code page} and {@code size} of a list with a fixed order. */
  public Paging paging(Paging.Order fixed) {
    long page = integer(PAGE, 0, Paging.MAX_PAGE).orElse(0);
    int size = (int) integer("size", 1, Paging.MAX_SIZE).orElse(Paging.DEFAULT_SIZE);
    return new Paging(page, size, List.of(fixed));
  }

  /** Returns whether a parameter is present, valid or not. */
  public boolean has(String name) {
    return !values(name).isEmpty();
  }

  /**
   * Adds a violation that only the endpoint can detect, such as parameters that exclude each other.
   */
  public void reject(String name, String detail) {
    violations.add(new Violation("?" + name, detail));
  }

  /**
   * Rejects the request if any parameter read so far is invalid.
   *
   * @throws Refusal {@link Problem#VALIDATION} with all violations; {@link Problem#URI_TOO_LONG} if
   *     the links of a list, which repeat its query, would be longer than clients accept
   */
  public void refuseIfInvalid() {
    if (!violations.isEmpty()) {
      throw Refusal.invalid(List.copyOf(violations));
    }
    if (knownNames.contains(PAGE) && known().toString().length() > MAX_LIST_QUERY_LENGTH) {
      throw new Refusal(
          Problem.URI_TOO_LONG,
          "The query of a list may have at most "
              + MAX_LIST_QUERY_LENGTH
              + " characters, encoded.");
    }
  }

  /** Returns the part of the query with the parameters that were read. */
  QueryString known() {
    return query.only(knownNames);
  }

  private List<Optional<String>> values(String name) {
    knownNames.add(name);
    return query.values(name);
  }

  private static Optional<Paging.Order> order(String sort) {
    int comma = sort.indexOf(',');
    String property = comma < 0 ? sort : sort.substring(0, comma);
    return switch (comma < 0 ? "asc" : sort.substring(comma + 1)) {
      case "asc" -> Optional.of(Paging.Order.ascending(property));
      case "desc" -> Optional.of(Paging.Order.descending(property));
      default -> Optional.empty();
    };
  }

  private static Optional<Long> whole(String text, long min, long max) {
    if (!text.matches("-?[0-9]{1,19}")) {
      return Optional.empty();
    }
    try {
      long value = Long.parseLong(text);
      return value < min || value > max ? Optional.empty() : Optional.of(value);
    } catch (NumberFormatException tooLarge) {
      return Optional.empty();
    }
  }

  private <T> Optional<T> single(String name, String rule, Function<String, Optional<T>> reader) {
    List<Optional<String>> values = values(name);
    if (values.isEmpty()) {
      return Optional.empty();
    }
    if (values.size() > 1) {
      reject(name, "must be given once");
      return Optional.empty();
    }
    Optional<T> value = values.get(0).filter(Characters::isStorable).flatMap(reader);
    if (value.isEmpty()) {
      reject(name, rule);
    }
    return value;
  }
}
