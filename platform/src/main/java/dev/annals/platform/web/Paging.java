package dev.annals.platform.web;

import java.util.List;

/**
 * Which part of a list is wanted, and in which order.
 *
 * @param page from 0; a page past the end is empty. {@link #offset} never overflows.
 * @param size 1 to 100
 * @param orders by which properties, the first counting most; never a property twice. Ties that are
 *     left are broken by id.
 */
public record Paging(long page, int size, List<Order> orders) {

  /** The most items of a page. */
  public static final int MAX_SIZE = 100;

  static final int DEFAULT_SIZE = 20;
  static final long MAX_PAGE = Long.MAX_VALUE / MAX_SIZE - 1;

  /**
   * One criterion of an order.
   *
   * @param property as the client names it
   */
  public record Order(String property, boolean descending) {

    /** From the least to the greatest. */
    public static Order ascending(String property) {
      return new Order(property, false);
    }

    /** From the greatest to the least. */
    public static Order descending(String property) {
      return new Order(property, true);
    }
  }

  public Paging {
    orders = List.copyOf(orders);
  }

  /** How many items come before this page. */
  public long offset() {
    return page * size;
  }
}
