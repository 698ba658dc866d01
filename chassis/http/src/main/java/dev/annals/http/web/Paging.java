package dev.annals.http.web;

import org.hibernate.validator.constraints.Range;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The requested page of a list.
 *
 * @param page the page, from 0; a page past the end is empty
 * @param size the maximum number of items
 */
public record Paging(
    @DefaultValue("0") @Range(max = MAX_PAGE) long page,
    @DefaultValue("20") @Range(min = 1, max = MAX_SIZE) int size)
    implements QueryParameters {

  public static final int MAX_SIZE = 100;

  /** Keeps {@link #offset} from overflowing. */
  static final long MAX_PAGE = Long.MAX_VALUE / MAX_SIZE - 1;

  public long offset() {
    return page * size;
  }
}
