package dev.annals.query.notification.stomp;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A client with a small receive buffer that reads nothing once it is connected. */
final class LazyClient implements AutoCloseable {

  private static final int SMALL = 4096;

  private final Socket socket = new Socket();

  LazyClient(int port, String token) throws IOException {
    socket.setReceiveBufferSize(SMALL);
    socket.connect(new InetSocketAddress("localhost", port));
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
    send("CONNECT\naccept-version:1.2\nAuthorization:Bearer " + token + "\n\n\0");
  }

  /** Sends a frame: one WebSocket message, masked with zeros. */
  void send(String frame) throws IOException {
    byte[] text = frame.getBytes(StandardCharsets.UTF_8);
    byte[] message = new byte[text.length + 8];
    message[0] = (byte) 0x81;
    message[1] = (byte) (0x80 | 126);
    message[2] = (byte) (text.length >> 8);
    message[3] = (byte) text.length;
    System.arraycopy(text, 0, message, 8, text.length);
    OutputStream out = socket.getOutputStream();
    out.write(message);
    out.flush();
  }

  /** Returns true if the server has closed the connection, which shows when something is sent. */
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
