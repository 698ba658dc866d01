package dev.annals.push;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The network of one client. */
@FunctionalInterface
interface Network {

  /**
   * Sends a text, after the one before has left. Does not block.
   *
   * @param onLeft called once, on any thread, perhaps within this call: with null when the text has
   *     left, else with the failure
   */
  void send(String text, Consumer<@Nullable Throwable> onLeft);
}
