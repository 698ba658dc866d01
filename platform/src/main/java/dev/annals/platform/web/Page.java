package dev.annals.platform.web;

import java.util.List;
import java.util.function.Function;

/**
 * One page of a list as clients see it. An endpoint that answers with one gets its {@code Link}
 * header (RFC 8288) by itself.
 *
 * @param content {@link ChunkedList} if it is large
 */
public record Page<T>(List<T> content, Position page) {

  /**
   * Where in the list the page is.
   *
   * @param totalPages 0 for an empty list
   */
  public record Position(int size, long number, long totalElements, long totalPages) {}

  public Page {
    content = content instanceof ChunkedList<T> ? content : List.copyOf(content);
  }

  /** A page of a list of so many items. */
  public static <T> Page<T> of(List<T> content, Paging paging, long totalElements) {
    long whole = totalElements / paging.size();
    long pages = totalElements % paging.size() == 0 ? whole : whole + 1;
    return new Page<>(content, new Position(paging.size(), paging.page(), totalElements, pages));
  }

  /** The same page of other things. */
  public <R> Page<R> map(Function<? super T, R> change) {
    return new Page<>(
        content instanceof ChunkedList<T> pieces
            ? pieces.map(change)
            : content.stream().<R>map(change).toList(),
        page);
  }
}
