package dev.annals.http.web;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;

/**
 * The {@code Accept} header (RFC 9110, 12.5.1). The most specific range that includes a type gives
 * its weight. Other parameters of a range are ignored, since the API has no variants of a type.
 *
 * @param ranges all types if the client sent none
 */
record AcceptHeader(List<MediaType> ranges) {

  private static final Comparator<MediaType> SPECIFICITY =
      Comparator.comparing((MediaType range) -> !range.isWildcardType())
          .thenComparing(range -> !range.isWildcardSubtype())
          // Of two equal ranges the one with the greater weight counts.
          .thenComparing(MediaType::getQualityValue);

  AcceptHeader {
    ranges = List.copyOf(ranges);
  }

  /** Parses the header's lines as one list. If it is malformed, no type is acceptable. */
  static AcceptHeader parse(List<String> lines) {
    try {
      List<MediaType> ranges = MediaType.parseMediaTypes(lines);
      return new AcceptHeader(ranges.isEmpty() ? List.of(MediaType.ALL) : ranges);
    } catch (InvalidMediaTypeException unreadable) {
      return new AcceptHeader(List.of());
    }
  }

  /** Returns the weight of a type, from 0 (not acceptable) to 1. */
  double weight(MediaType type) {
    return ranges.stream()
        .filter(range -> range.includes(type) || type.equals(MediaType.ALL))
        .max(SPECIFICITY)
        .map(MediaType::getQualityValue)
        .orElse(0.0);
  }

  /** Returns the first type with the greatest weight, empty if none is acceptable. */
  Optional<MediaType> best(Collection<MediaType> types) {
    return types.stream()
        .filter(type -> weight(type) > 0)
        // Sorting is stable: equal weights keep their order.
        .sorted(Comparator.comparing(this::weight).reversed())
        .findFirst();
  }
}
