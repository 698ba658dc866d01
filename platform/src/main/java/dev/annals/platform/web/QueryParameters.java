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
 * Reads a request's query parameters, strictly: what is known must be readable, in range and given
 * once, what is unknown is never looked at. Whatever is wrong is kept, and {@link #refuseIfInvalid}
 * tells all of it at once; until then a bad value reads as an absent one.
 *
 * <p>A controller declares a parameter of this type. Not for use by several threads.
 */
public final class QueryParameters {

  // There are up to four links in a header; many clients read 16 KiB of headers in all.
  private static final int MAX_LIST_QUERY_LENGTH = 3_000;

  private static final String PAGE = "page";

  private final QueryString query;
  private final List<Violation> violations = new ArrayList<>();
  private final Set<String> known = new HashSet<>();

  QueryParameters(QueryString query) {
    this.query = query;
  }

  /** Reads the part of a URI between {@code ?} and {@code #}; {@code null} if there is none. */
  public static QueryParameters of(String query) {
    return new QueryParameters(QueryString.parse(query));
  }

  /** A decimal number between two bounds, both inclusive. */
  public OptionalLong integer(String name, long min, long max) {
    return one(
            name,
            "must be a whole number from " + min + " to " + max,
            text -> whole(text, min, max))
        .map(OptionalLong::of)
        .orElseGet(OptionalLong::empty);
  }

  /** {@code true} or {@code false}. */
  public Optional<Boolean> flag(String name) {
    return one(
        name,
        "must be true or false",
        text ->
            switch (text) {
              case "true" -> Optional.of(true);
              case "false" -> Optional.of(false);
              default -> Optional.empty();
            });
  }

  /** A constant of an enum, by its exact name. */
  public <E extends Enum<E>> Optional<E> choice(String name, Class<E> type) {
    List<E> constants = Arrays.asList(type.getEnumConstants());
    return one(
        name,
        "must be one of " + String.join(", ", constants.stream().map(Enum::name).toList()),
        text -> constants.stream().filter(constant -> constant.name().equals(text)).findFirst());
  }

  /** An instant (RFC 3339), cut to milliseconds. A {@code +} in it must be sent as {@code %2B}. */
  public Optional<Instant> instant(String name) {
    return one(name, "must be an RFC 3339 date-time", Rfc3339::parse);
  }

  /** Any text. */
  public Optional<String> text(String name) {
    return one(name, "cannot be read", Optional::of);
  }

  /** Any text of at most so many code points. */
  public Optional<String> text(String name, int longest) {
    return one(
        name,
        "must be text of at most " + longest + " characters",
        text -> Optional.of(text).filter(it -> it.codePointCount(0, it.length()) <= longest));
  }

  /** Any texts, as often as the parameter is given; a comma separates nothing. */
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
   * {@code page}, {@code size} and {@code sort}.
   *
   * @param usual the order if the client names none
   * @param sortable the properties that {@code sort} may name
   */
  public Paging paging(Paging.Order usual, Set<String> sortable) {
    Paging usually = paging(usual);
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
                + ", each once at most, with ,asc or ,desc");
        break;
      }
      orders.add(order.get());
    }
    return orders.isEmpty() ? usually : new Paging(usually.page(), usually.size(), orders);
  }

  /** {@code page} and {@code size} of a list whose order is fixed. */
  public Paging paging(Paging.Order fixed) {
    long page = integer(PAGE, 0, Paging.MAX_PAGE).orElse(0);
    int size = (int) integer("size", 1, Paging.MAX_SIZE).orElse(Paging.DEFAULT_SIZE);
    return new Paging(page, size, List.of(fixed));
  }

  /** Whether it is given at all, be it readable or not. */
  public boolean has(String name) {
    return !values(name).isEmpty();
  }

  /** Adds what only the endpoint can see, such as parameters that exclude each other. */
  public void reject(String name, String detail) {
    violations.add(new Violation("?" + name, detail));
  }

  /**
   * Refuses if anything that was read so far is not allowed.
   *
   * @throws Refusal {@link Problem#VALIDATION}, with all of it; {@link Problem#URI_TOO_LONG} if the
   *     links of a list, which repeat its query, would be longer than clients read
   */
  public void refuseIfInvalid() {
    if (!violations.isEmpty()) {
      throw Refusal.invalid(List.copyOf(violations));
    }
    if (known.contains(PAGE) && known().toString().length() > MAX_LIST_QUERY_LENGTH) {
      throw new Refusal(
          Problem.URI_TOO_LONG,
          "The query of a list may have at most "
              + MAX_LIST_QUERY_LENGTH
              + " characters, encoded.");
    }
  }

  /** What of the query was read, and so means something here. */
  QueryString known() {
    return query.only(known);
  }

  private List<Optional<String>> values(String name) {
    known.add(name);
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

  private <T> Optional<T> one(String name, String rule, Function<String, Optional<T>> read) {
    List<Optional<String>> values = values(name);
    if (values.isEmpty()) {
      return Optional.empty();
    }
    if (values.size() > 1) {
      reject(name, "must be given once");
      return Optional.empty();
    }
    Optional<T> value = values.get(0).filter(Characters::isStorable).flatMap(read);
    if (value.isEmpty()) {
      reject(name, rule);
    }
    return value;
  }
}
