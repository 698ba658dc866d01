package dev.annals.platform.web;

import java.util.List;

/**
 * The requested page and order of a list.
 *
 * @param page from 0; a page past the end is empty. Bounded, so that {@link #offset} never
 *     overflows.
 * @param size 1 to 100
 * @param orders the distinct properties to sort by, the most significant first; ties are broken by
 *     id
 */
public record Paging(long page, int size, List<Order> orders) {

  /** The maximum number of items of a page. */
  public static final int MAX_SIZE = 100;

  static final int DEFAULT_SIZE = 20;
  static final long MAX_PAGE = Long.MAX_VALUE / MAX_SIZE - 1;

  /**
   * A property to sort by.
   *
   * @param property the property's name in the API
   */
  public record Order(String property, boolean descending) {

    public static Order ascending(String property) {
      return new Order(property, false);
    }

    public static Order descending(String property) {
      return new Order(property, true);
    }
  }

  public Paging {
    orders = List.copyOf(orders);
  }

  public long offset() {
    return page * size;
  }
}
