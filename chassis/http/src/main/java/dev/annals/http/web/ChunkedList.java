package dev.annals.http.web;

import java.util.AbstractList;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntFunction;

/**
 * A list that is read in chunks during iteration, so that only one chunk is in memory. Not
 * thread-safe.
 *
 * @param <T> the type of the elements
 */
public final class ChunkedList<T> extends AbstractList<T> {

  private final int size;
  private final int chunkSize;
  private final long maxBytes;
  private final IntFunction<List<T>> reader;
  private int chunkIndex = -1;
  private List<T> chunk = List.of();

  /**
   * Creates a list without reading it.
   *
   * @param chunkSize the elements of a chunk; the last may have fewer
   * @param maxBytes the approximate maximum of memory that it holds
   * @param reader reads a chunk by its index, from 0
   */
  public ChunkedList(int size, int chunkSize, long maxBytes, IntFunction<List<T>> reader) {
    this.size = size;
    this.chunkSize = chunkSize;
    this.maxBytes = maxBytes;
    this.reader = reader;
  }

  <R> ChunkedList<R> map(Function<? super T, R> function) {
    return new ChunkedList<>(
        size, chunkSize, maxBytes, index -> reader.apply(index).stream().<R>map(function).toList());
  }

  @Override
  public T get(int index) {
    if (index / chunkSize != chunkIndex) {
      chunk = List.of(); // free it before the next one is read
      chunk = reader.apply(index / chunkSize);
      chunkIndex = index / chunkSize;
    }
    return chunk.get(index % chunkSize);
  }

  @Override
  public int size() {
    return size;
  }

  /** Returns the approximate maximum of memory that it holds, in bytes. */
  public long maxBytes() {
    return maxBytes;
  }
}
