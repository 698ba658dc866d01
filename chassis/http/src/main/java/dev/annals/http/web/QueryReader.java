package dev.annals.http.web;

import dev.annals.base.problem.Problem;
import dev.annals.base.problem.Refusal;
import dev.annals.base.problem.Violation;
import dev.annals.http.validation.Characters;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.BeanInstantiationException;
import org.springframework.beans.BeanUtils;

/**
 * Reads a query into a record of {@link QueryParameters} and collects all violations. Known
 * parameters must be readable, in range and given once unless they are repeatable; unknown ones are
 * ignored. An invalid parameter reads as absent.
 */
public final class QueryReader {

  // A Link header has up to four links, and many clients read at most 16 KiB of headers.
  private static final int MAX_LIST_QUERY_LENGTH = 3_000;

  private final QueryString query;
  private final Set<Violation> violations = new LinkedHashSet<>();

  private QueryReader(QueryString query) {
    this.query = query;
  }

  /**
   * Reads the query of a URI, which may be {@code null}.
   *
   * @throws Refusal {@link Problem#VALIDATION} with all violations; {@link Problem#URI_TOO_LONG} if
   *     the links of a list, which repeat its query, would be longer than clients accept
   */
  public static <Q extends QueryParameters> Q read(@Nullable String query, Class<Q> type) {
    return type.cast(read(known(query, type), type));
  }

  /** Returns the declared parameters of a query. */
  static QueryString known(@Nullable String query, Class<?> type) {
    return QueryString.parse(query)
        .only(QueryParameter.of(type).map(QueryParameter::name).collect(Collectors.toSet()));
  }

  static Object read(QueryString known, Class<?> type) {
    QueryReader reader = new QueryReader(known);
    Object parameters = reader.record(type);
    if (!reader.violations.isEmpty()) {
      throw Refusal.invalid(List.copyOf(reader.violations));
    }
    if (QueryParameter.of(type).anyMatch(it -> it.declaringRecord() == Paging.class)
        && known.toString().length() > MAX_LIST_QUERY_LENGTH) {
      throw new Refusal(
          Problem.URI_TOO_LONG,
          "The query of a list may have at most "
              + MAX_LIST_QUERY_LENGTH
              + " characters, encoded.");
    }
    return parameters;
  }

  /** Returns null if the record is invalid. */
  private @Nullable Object record(Class<?> type) {
    Object[] arguments = QueryParameter.components(type).stream().map(this::argument).toArray();
    if (Arrays.asList(arguments).contains(null)) {
      return null;
    }
    try {
      return BeanUtils.instantiateClass(BeanUtils.getResolvableConstructor(type), arguments);
    } catch (BeanInstantiationException failed) {
      if (failed.getCause() instanceof Refusal refused) {
        violations.addAll(refused.violations());
        return null;
      }
      throw failed;
    }
  }

  private @Nullable Object argument(QueryParameter parameter) {
    if (parameter.isRecord()) {
      return record(parameter.type());
    }
    List<Optional<String>> texts = query.values(parameter.name());
    int max = parameter.maxCount();
    if (texts.size() > max) {
      reject(parameter, "must be given " + (max == 1 ? "once" : "at most " + max + " times"));
      return parameter.bind(List.of());
    }
    List<Object> values = new ArrayList<>();
    for (Optional<String> text : texts) {
      text.filter(Characters::isStorable)
          .flatMap(parameter::parse)
          .ifPresentOrElse(values::add, () -> reject(parameter, parameter.rule()));
    }
    Object bound = parameter.bind(values);
    if (bound instanceof Sort sort && sort.hasRepeatedProperty()) {
      reject(parameter, parameter.rule());
    }
    return bound;
  }

  private void reject(QueryParameter parameter, String detail) {
    violations.add(new Violation("?" + parameter.name(), detail));
  }
}
