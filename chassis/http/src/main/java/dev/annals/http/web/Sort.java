package dev.annals.http.web;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.List;
import java.util.Optional;

/**
 * The order of a list, which the parameter {@code sort} asks for.
 *
 * @param orders the distinct properties to sort by, the most significant first; ties are broken by
 *     id, in the direction of the last
 * @param isDefault whether the request does not name an order
 */
public record Sort(List<Order> orders, boolean isDefault) {

  /** Names the properties that a list can be sorted by. */
  @Target(ElementType.PARAMETER)
  @Retention(RetentionPolicy.RUNTIME)
  public @interface By {
    String[] value();
  }

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

    static Optional<Order> parse(String text) {
      int comma = text.indexOf(',');
      String property = comma < 0 ? text : text.substring(0, comma);
      return switch (comma < 0 ? "asc" : text.substring(comma + 1)) {
        case "asc" -> Optional.of(ascending(property));
        case "desc" -> Optional.of(descending(property));
        default -> Optional.empty();
      };
    }
  }

  public Sort {
    orders = List.copyOf(orders);
  }

  boolean hasRepeatedProperty() {
    return orders.stream().map(Order::property).distinct().count() < orders.size();
  }
}
