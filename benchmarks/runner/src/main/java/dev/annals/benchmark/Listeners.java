package dev.annals.benchmark;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * WebSocket clients that count messages, with one thread for all, since the server is measured. A
 * message ends with NUL, as in STOMP.
 */
final class Listeners implements Closeable {

  private final Selector selector = Selector.open();
  private final List<SocketChannel> channels = new ArrayList<>();
  private final AtomicLong received = new AtomicLong();
  private Thread thread;

  Listeners() throws IOException {}

  /** Connects a session of a user, which gets all notifications, before {@link #listen}. */
  void connect(Contestant annals, String user) throws IOException {
    String token = annals.as(user).lines().findFirst().orElseThrow().replace(": ", ":");
    connect(
        annals.port(),
        "/ws",
        List.of(
            "CONNECT\naccept-version:1.2\nheart-beat:0,0\n" + token + "\n\n\0",
            "SUBSCRIBE\nid:0\nreceipt:r\ndestination:/user/queue/notifications\n\n\0"));
  }

  /**
   * Connects one more, before {@link #listen}.
   *
   * @param frames its frames, each answered before the next
   */
  void connect(int port, String path, List<String> frames) throws IOException {
    SocketChannel channel =
        SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    channels.add(channel);
    String handshake =
        """
        GET %s HTTP/1.1
        Host: localhost:%d
        Upgrade: websocket
        Connection: Upgrade
        Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
        Sec-WebSocket-Version: 13

        """
            .formatted(path, port)
            .replace("\n", "\r\n");
    channel.write(ByteBuffer.wrap(handshake.getBytes(StandardCharsets.ISO_8859_1)));
    ByteBuffer one = ByteBuffer.allocate(1);
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      if (channel.read(one.clear()) < 0) {
        throw new IllegalStateException("refused: " + head);
      }
      head.append((char) one.get(0));
    }
    if (!head.toString().startsWith("HTTP/1.1 101")) {
      throw new IllegalStateException(head.toString());
    }
    Frames answers = new Frames();
    for (int i = 0; i < frames.size(); i++) {
      channel.write(masked(frames.get(i)));
      while (answers.messages < i + 1) {
        if (channel.read(one.clear()) < 0) {
          throw new IllegalStateException("closed after " + frames.get(i));
        }
        answers.read(one.flip());
      }
    }
  }

  /** Begins to count messages. */
  void listen() throws IOException {
    for (SocketChannel channel : channels) {
      channel.configureBlocking(false);
      channel.register(selector, SelectionKey.OP_READ, new Frames());
    }
    thread = new Thread(this::run, "listeners");
    thread.setDaemon(true);
    thread.start();
  }

  /** Returns the number of messages that all clients have received. */
  long received() {
    return received.get();
  }

  private void run() {
    ByteBuffer buffer = ByteBuffer.allocateDirect(256 * 1024);
    try {
      while (selector.isOpen()) {
        selector.select(
            key -> {
              try {
                Frames frames = (Frames) key.attachment();
                long before = frames.messages;
                if (((SocketChannel) key.channel()).read(buffer.clear()) < 0) {
                  key.cancel();
                }
                frames.read(buffer.flip());
                received.addAndGet(frames.messages - before);
              } catch (IOException gone) {
                key.cancel();
              }
            });
      }
    } catch (IOException | ClosedSelectorException closed) {
      // The end.
    }
  }

  private static ByteBuffer masked(String text) {
    byte[] payload = text.getBytes(StandardCharsets.UTF_8);
    // A mask of zeros leaves the payload unchanged. The length has the shortest form.
    ByteBuffer frame = ByteBuffer.allocate(payload.length + 8).put((byte) 0x81);
    if (payload.length < 126) {
      frame.put((byte) (0x80 | payload.length));
    } else {
      frame.put((byte) (0x80 | 126)).putShort((short) payload.length);
    }
    frame.putInt(0);
    return frame.put(payload).flip();
  }

  /** Separates payloads from frame headers (RFC 6455, 5.2; a server does not mask). */
  private static final class Frames {
    private final byte[] header = new byte[10];
    private int have;
    private long payload;
    private long messages;

    void read(ByteBuffer bytes) {
      while (bytes.hasRemaining()) {
        if (payload > 0) {
          int some = (int) Math.min(payload, bytes.remaining());
          for (int i = 0; i < some; i++) {
            if (bytes.get() == 0) {
              messages++;
            }
          }
          payload -= some;
        } else {
          header[have++] = bytes.get();
          int length = have < 2 ? 0 : header[1] & 0x7f;
          int whole = length == 127 ? 10 : length == 126 ? 4 : 2;
          if (have == whole) {
            payload = whole == 2 ? length : 0;
            for (int i = 2; i < whole; i++) {
              payload = payload << 8 | (header[i] & 0xff);
            }
            have = 0;
          }
        }
      }
    }
  }

  @Override
  public void close() throws IOException {
    for (SocketChannel channel : channels) {
      channel.close();
    }
    selector.close();
  }
}
