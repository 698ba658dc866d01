package dev.annals.http.web;

import java.util.List;
import java.util.function.Function;

/** A page of a list. The {@code Link} header (RFC 8288) leads to the other pages. */
public record Page<T>(List<T> content, Position page) {

  /**
   * The position of a page in its list.
   *
   * @param totalPages 0 for an empty list
   */
  public record Position(int size, long number, long totalElements, long totalPages) {}

  public Page {
    content = content instanceof ChunkedList<T> ? content : List.copyOf(content);
  }

  public static <T> Page<T> of(List<T> content, Paging paging, long totalElements) {
    long whole = totalElements / paging.size();
    long pages = totalElements % paging.size() == 0 ? whole : whole + 1;
    return new Page<>(content, new Position(paging.size(), paging.page(), totalElements, pages));
  }

  public <R> Page<R> map(Function<? super T, R> function) {
    return new Page<>(
        content instanceof ChunkedList<T> chunks
            ? chunks.map(function)
            : content.stream().<R>map(function).toList(),
        page);
  }
}
