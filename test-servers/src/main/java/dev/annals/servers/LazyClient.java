package dev.annals.standalone.http;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** A client that takes little into its hands, and reads nothing once it is connected. */
final class LazyClient implements AutoCloseable {

  private static final int SMALL = 4096;

  private final Socket socket = new Socket();

  LazyClient(Client user) throws IOException {
    int port = user.url().getPort();
    socket.setReceiveBufferSize(SMALL);
    socket.connect(new InetSocketAddress(user.url().getHost(), port));
    String handshake =
        """
        GET /ws HTTP/1.1
        Host: localhost:%d
        Upgrade: websocket
        Connection: Upgrade
        Sec-WebSocket-Version: 13
        Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==

        """
            .formatted(port);
    socket
        .getOutputStream()
        .write(handshake.replace("\n", "\r\n").getBytes(StandardCharsets.US_ASCII));
    InputStream in = socket.getInputStream();
    for (int end = 0, read = in.read(); read >= 0 && end < 3; read = in.read()) {
      end = read == '\n' || read == '\r' ? end + 1 : 0;
    }
    send(
        "CONNECT\naccept-version:1.2\nAuthorization:"
            + user.headers().get("Authorization")
            + "\n\n\0");
  }

  /** Sends a frame: one WebSocket message, masked with zeros. */
  void send(String frame) throws IOException {
    byte[] text = frame.getBytes(StandardCharsets.UTF_8);
    ByteBuffer message = ByteBuffer.allocate(text.length + 8).put((byte) 0x81);
    // The shortest way to write a length is the only one that the gateway takes (RFC 6455, 5.2).
    if (text.length < 126) {
      message.put((byte) (0x80 | text.length));
    } else {
      message.put((byte) (0x80 | 126)).putShort((short) text.length);
    }
    message.putInt(0).put(text);
    socket.getOutputStream().write(message.array(), 0, message.position());
  }

  /** Whether the server has hung up, which shows when something is sent. */
  boolean isCutOff() {
    try {
      send("\n");
      return false;
    } catch (IOException reset) {
      return true;
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
