package dev.annals.platform.web;

import java.util.AbstractList;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntFunction;

/**
 * A list that is read in pieces while it is walked through, so that it is never in memory as a
 * whole. For one thread.
 *
 * @param <T> the elements
 */
public final class ChunkedList<T> extends AbstractList<T> {

  private final int size;
  private final int each;
  private final long bytes;
  private final IntFunction<List<T>> read;
  private int number = -1;
  private List<T> piece = List.of();

  /**
   * Makes one; nothing is read.
   *
   * @param each how many elements a piece has, the last one perhaps fewer
   * @param bytes the most that it keeps in memory at a time, about
   * @param read reads a piece by its number, from 0
   */
  public ChunkedList(int size, int each, long bytes, IntFunction<List<T>> read) {
    this.size = size;
    this.each = each;
    this.bytes = bytes;
    this.read = read;
  }

  /** The same list of other things. */
  <R> ChunkedList<R> map(Function<? super T, R> change) {
    return new ChunkedList<>(
        size, each, bytes, index -> read.apply(index).stream().<R>map(change).toList());
  }

  @Override
  public T get(int index) {
    if (index / each != number) {
      piece = List.of(); // it need not stay while the next one is read
      piece = read.apply(index / each);
      number = index / each;
    }
    return piece.get(index % each);
  }

  @Override
  public int size() {
    return size;
  }

  /** The most bytes that it keeps in memory at a time, about. */
  public long bytes() {
    return bytes;
  }
}
