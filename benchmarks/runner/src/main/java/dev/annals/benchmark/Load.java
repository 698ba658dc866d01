package dev.annals.benchmark;

import dev.annals.benchmark.Connection.Response;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;

/** Sends requests to programs and measures the time of their responses. */
final class Load {

  private Load() {}

  /** The requests of one connection. */
  interface Client {
    /** Returns the next request. */
    byte[] next();

    /** Takes the response, whatever its status. */
    default void answered(Response response) {}
  }

  /** A step over connections, one to each program. It returns nanoseconds, or -1 for no sample. */
  interface Step {
    long run(List<Connection> connections, int number) throws IOException;
  }

  /**
   * The result of a load.
   *
   * @param answered responses with a status below 300
   * @param failed other responses
   * @param nanos the times of the former, sorted
   */
  @SuppressWarnings("ArrayRecordComponent") // Results are not compared.
  record Result(long answered, long failed, double seconds, long[] nanos, String firstFailure) {

    double rate() {
      return answered / seconds;
    }

    double millis(double quantile) {
      return Load.millis(nanos, quantile);
    }
  }

  static double millis(long[] sorted, double quantile) {
    return sorted.length == 0
        ? Double.NaN
        : sorted[Math.max(0, (int) Math.ceil(quantile * sorted.length) - 1)] / 1e6;
  }

  /** Sends the next request of each connection when the previous one is answered. */
  static Result closed(
      int port, int connections, Duration duration, IntFunction<? extends Client> clients)
      throws InterruptedException {
    long start = System.nanoTime();
    long end = start + duration.toNanos();
    List<Callable<Tally>> tasks = new ArrayList<>();
    for (int i = 0; i < connections; i++) {
      Client client = clients.apply(i);
      tasks.add(() -> drive(port, client, end));
    }
    return all(tasks, start);
  }

  private static Tally drive(int port, Client client, long end) throws IOException {
    Tally tally = new Tally();
    try (Connection connection = new Connection(port)) {
      long before = System.nanoTime();
      while (before < end) {
        Response response = connection.send(client.next());
        long after = System.nanoTime();
        tally.count(response, after - before);
        client.answered(response);
        before = after;
      }
    }
    return tally;
  }

  /** Begins steps at a fixed rate, whether or not earlier ones have ended. */
  static Result open(List<Integer> ports, int rate, Duration duration, Step step)
      throws InterruptedException {
    long start = System.nanoTime();
    long count = rate * duration.toMillis() / 1000;
    AtomicLong next = new AtomicLong();
    List<Callable<Tally>> tasks = new ArrayList<>();
    for (int i = 0; i < Math.max(16, Math.min(256, rate)); i++) {
      tasks.add(
          () -> {
            Tally tally = new Tally();
            List<Connection> connections = new ArrayList<>();
            try {
              for (int port : ports) {
                connections.add(new Connection(port));
              }
              for (long number = next.getAndIncrement();
                  number < count;
                  number = next.getAndIncrement()) {
                long due = start + number * 1_000_000_000L / rate;
                for (long left = due - System.nanoTime();
                    left > 0;
                    left = due - System.nanoTime()) {
                  LockSupport.parkNanos(left);
                }
                tally.count(step, connections, (int) number);
              }
            } finally {
              for (Connection connection : connections) {
                connection.close();
              }
            }
            return tally;
          });
    }
    return all(tasks, start);
  }

  private static Result all(List<Callable<Tally>> tasks, long start) throws InterruptedException {
    ExecutorService threads = Executors.newFixedThreadPool(tasks.size());
    try {
      Tally sum = new Tally();
      for (Future<Tally> done : threads.invokeAll(tasks)) {
        sum.add(done.get());
      }
      double seconds = (System.nanoTime() - start) / 1e9;
      long[] nanos = sum.nanos.stream().mapToLong(Long::longValue).toArray();
      Arrays.sort(nanos);
      return new Result(sum.answered, sum.failed, seconds, nanos, sum.firstFailure);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    } finally {
      threads.shutdownNow();
    }
  }

  private static final class Tally {
    private long answered;
    private long failed;
    private String firstFailure = "";
    private final List<Long> nanos = new ArrayList<>();

    void count(Response response, long took) {
      if (response.status() < 300) {
        answered++;
        nanos.add(took);
      } else {
        if (failed++ == 0) {
          firstFailure = response.toString();
        }
      }
    }

    void count(Step step, List<Connection> connections, int number) throws IOException {
      try {
        long took = step.run(connections, number);
        answered++;
        if (took >= 0) {
          nanos.add(took);
        }
      } catch (IllegalStateException refused) {
        if (failed++ == 0) {
          firstFailure = refused.getMessage();
        }
      }
    }

    void add(Tally other) {
      answered += other.answered;
      failed += other.failed;
      nanos.addAll(other.nanos);
      if (firstFailure.isEmpty()) {
        firstFailure = other.firstFailure;
      }
    }
  }
}
