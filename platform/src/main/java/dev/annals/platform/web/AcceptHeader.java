package dev.annals.platform.web;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;

/**
 * The media types that a client accepts: the {@code Accept} header of RFC 9110, 12.5.1. Of the
 * ranges that a type is in, the most specific one gives its weight. Parameters of a range other
 * than its weight are ignored, since no type here comes in variants.
 *
 * @param ranges all types, if the client sent none
 */
record AcceptHeader(List<MediaType> ranges) {

  private static final Comparator<MediaType> SPECIFICITY =
      Comparator.comparing((MediaType range) -> !range.isWildcardType())
          .thenComparing(range -> !range.isWildcardSubtype())
          // Of two ranges that say the same, the client means the one that it likes better.
          .thenComparing(MediaType::getQualityValue);

  AcceptHeader {
    ranges = List.copyOf(ranges);
  }

  /**
   * Reads the header's lines, which together are one list; nothing is acceptable if none can be
   * read.
   */
  static AcceptHeader parse(List<String> lines) {
    try {
      List<MediaType> ranges = MediaType.parseMediaTypes(lines);
      return new AcceptHeader(ranges.isEmpty() ? List.of(MediaType.ALL) : ranges);
    } catch (InvalidMediaTypeException unreadable) {
      return new AcceptHeader(List.of());
    }
  }

  /** The weight of a type, from 0 (not acceptable) to 1. */
  double weight(MediaType type) {
    return ranges.stream()
        .filter(range -> range.includes(type) || type.equals(MediaType.ALL))
        .max(SPECIFICITY)
        .map(MediaType::getQualityValue)
        .orElse(0.0);
  }

  /** The one with the greatest weight, of several the first; empty if none is acceptable. */
  Optional<MediaType> best(Collection<MediaType> types) {
    return types.stream()
        .filter(type -> weight(type) > 0)
        // Sorting keeps the order of what weighs the same.
        .sorted(Comparator.comparing(this::weight).reversed())
        .findFirst();
  }
}
