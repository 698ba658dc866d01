package dev.annals.query;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.RawBsonDocument;
import org.bson.codecs.BsonDocumentCodec;

/**
 * A proxy before MongoDB that spoils some responses at random, after the server has executed the
 * command. It never turns a response into another valid but wrong one.
 */
final class FaultyProxy implements AutoCloseable {

  /** A fault of a response. */
  enum Fault {
    /** It is dropped, and the connection closed. */
    CUT,
    /** It is delayed. */
    DELAYED,
    /** Part of it is sent, and the connection closed. */
    TRUNCATED,
    /** Part of its header, or all of its body after the first fields, is noise. */
    GARBLED,
    /** It lacks a field that every response to such a command has. */
    LACKING,
    /** A field that every response to such a command has is of another type. */
    ODD
  }

  /** The most responses of a connection in a row with the same fault, which a retry meets again. */
  private static final int MAX_RUN = 8;

  private static final int HEADER = 16;
  private static final int BODY = HEADER + 4 + 1;
  private static final int MESSAGE = 2013;

  /** The client asks for the first of these that the response has. */
  private static final List<String> NEEDED = List.of("cursor", "n", "ok");

  private static final List<String> TYPED = List.of("cursor", "n", "value", "ok");
  private static final BsonString ODD = new BsonString("odd");

  private final InetSocketAddress server;
  private final Random random;
  private final ServerSocket entrance;
  private final Map<Fault, Integer> made = new ConcurrentHashMap<>();
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "faulty-proxy");
            thread.setDaemon(true);
            return thread;
          });
  private volatile double rate;

  FaultyProxy(String host, int port, long seed) {
    this.server = new InetSocketAddress(host, port);
    this.random = new Random(seed);
    try {
      this.entrance = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    threads.execute(this::accept);
  }

  int port() {
    return entrance.getLocalPort();
  }

  /** Spoils this share of the responses from now on. */
  void spoil(double part) {
    rate = part;
  }

  /** Returns how many responses had this fault. */
  int made(Fault fault) {
    return made.getOrDefault(fault, 0);
  }

  @Override
  public void close() throws IOException {
    entrance.close();
    threads.shutdownNow();
  }

  private void accept() {
    try {
      while (true) {
        Socket client = entrance.accept();
        Socket further = new Socket();
        further.connect(server);
        client.setTcpNoDelay(true);
        further.setTcpNoDelay(true);
        threads.execute(() -> pass(client, further, InputStream::transferTo));
        threads.execute(() -> pass(further, client, this::answers));
      }
    } catch (IOException closed) {
      // The proxy is closed.
    }
  }

  private interface Passing {
    Object pass(InputStream from, OutputStream to) throws IOException, InterruptedException;
  }

  private static void pass(Socket from, Socket to, Passing passing) {
    try (from;
        to) {
      passing.pass(from.getInputStream(), to.getOutputStream());
    } catch (IOException | InterruptedException ended) {
      // Both connections end.
    }
  }

  private Object answers(InputStream server, OutputStream client)
      throws IOException, InterruptedException {
    DataInputStream answers = new DataInputStream(server);
    Fault fault = null;
    int left = 0;
    while (true) {
      byte[] length = answers.readNBytes(4);
      if (length.length < 4) {
        return null;
      }
      ByteBuffer answer =
          ByteBuffer.allocate(little(length).getInt()).order(ByteOrder.LITTLE_ENDIAN).put(length);
      answers.readFully(answer.array(), 4, answer.capacity() - 4);
      Random own = own();
      if (left > 0 && rate > 0) {
        left--;
      } else {
        fault = own.nextDouble() < rate ? Fault.values()[own.nextInt(Fault.values().length)] : null;
        left = own.nextInt(MAX_RUN);
      }
      Sent sent =
          fault == null
              ? new Sent(ByteBuffer.wrap(answer.array()), false)
              : spoilt(fault, answer.array(), own);
      client.write(sent.bytes().array(), 0, sent.bytes().limit());
      if (sent.last()) {
        return null;
      }
    }
  }

  /**
   * The bytes to send.
   *
   * @param last whether the connection is closed after them
   */
  private record Sent(ByteBuffer bytes, boolean last) {}

  private Random own() {
    synchronized (random) {
      return new Random(random.nextLong());
    }
  }

  private Sent spoilt(Fault fault, byte[] answer, Random own) throws InterruptedException {
    made.merge(fault, 1, Integer::sum);
    return switch (fault) {
      case CUT -> new Sent(ByteBuffer.allocate(0), true);
      case DELAYED -> {
        TimeUnit.MILLISECONDS.sleep(1 + own.nextInt(100));
        yield new Sent(ByteBuffer.wrap(answer), false);
      }
      case TRUNCATED -> new Sent(ByteBuffer.wrap(answer, 0, own.nextInt(answer.length)), true);
      case GARBLED -> new Sent(ByteBuffer.wrap(garbled(answer, own)), true);
      case LACKING -> changed(answer, NEEDED, (body, field) -> body.remove(field));
      case ODD -> changed(answer, TYPED, (body, field) -> body.put(field, ODD));
    };
  }

  private static byte[] garbled(byte[] answer, Random random) {
    byte[] noise = new byte[answer.length];
    random.nextBytes(noise);
    int at = random.nextInt(BODY + 5);
    int end = random.nextBoolean() && at < BODY ? at + 1 : answer.length;
    System.arraycopy(noise, at, answer, at, end - at);
    return answer;
  }

  private interface Change {
    Object in(BsonDocument document, String field);
  }

  private static Sent changed(byte[] answer, List<String> fields, Change change) {
    if (little(answer).getInt(12) != MESSAGE) {
      return new Sent(ByteBuffer.allocate(0), true);
    }
    BsonDocument body =
        new RawBsonDocument(answer, BODY, answer.length - BODY).decode(new BsonDocumentCodec());
    change.in(body, fields.stream().filter(body::containsKey).findFirst().orElseThrow());
    RawBsonDocument bytes = new RawBsonDocument(body, new BsonDocumentCodec());
    byte[] changed = Arrays.copyOf(answer, BODY + bytes.getByteLength());
    System.arraycopy(
        bytes.getBackingArray(), bytes.getByteOffset(), changed, BODY, bytes.getByteLength());
    little(changed).putInt(0, changed.length);
    return new Sent(ByteBuffer.wrap(changed), false);
  }

  private static ByteBuffer little(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
