package dev.annals.servers;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** A client with a small receive buffer that reads nothing after the handshake. */
public final class LazyClient implements AutoCloseable {

  private static final int BUFFER_SIZE = 4096;

  private final Socket socket = new Socket();

  public LazyClient(StompClient.Login user) throws IOException {
    this(user.url(), user.headers().get("Authorization"));
  }

  public LazyClient(int port, String token) throws IOException {
    this(StompClient.local(port), "Bearer " + token);
  }

  private LazyClient(URI url, String authorization) throws IOException {
    int port = url.getPort();
    socket.setReceiveBufferSize(BUFFER_SIZE);
    socket.connect(new InetSocketAddress(url.getHost(), port));
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
    send("CONNECT\naccept-version:1.2\nAuthorization:" + authorization + "\n\n\0");
  }

  /** Sends a frame: one WebSocket message, masked with zeros. */
  public void send(String frame) throws IOException {
    byte[] text = frame.getBytes(StandardCharsets.UTF_8);
    ByteBuffer message = ByteBuffer.allocate(text.length + 8).put((byte) 0x81);
    // The gateway accepts only the shortest form of a length (RFC 6455, 5.2).
    if (text.length < 126) {
      message.put((byte) (0x80 | text.length));
    } else {
      message.put((byte) (0x80 | 126)).putShort((short) text.length);
    }
    message.putInt(0).put(text);
    socket.getOutputStream().write(message.array(), 0, message.position());
  }

  /** Sends a heart-beat, and returns whether the server has closed the connection. */
  public boolean isCutOff() {
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
