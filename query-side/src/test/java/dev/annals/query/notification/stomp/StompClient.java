package dev.annals.query.notification.stomp;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A client that sends raw STOMP frames, also malformed ones. */
final class StompClient implements WebSocket.Listener, AutoCloseable {

  static final String NOTIFICATIONS = "/user/queue/notifications";

  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  private final BlockingQueue<Frame> frames = new LinkedBlockingQueue<>();
  private final CompletableFuture<Integer> closed = new CompletableFuture<>();
  private final StringBuilder partial = new StringBuilder();
  private WebSocket socket;

  record Frame(String command, Map<String, String> headers, String body) {

    static Frame parse(String text) {
      if (text.equals("\n")) {
        return new Frame("", Map.of(), "");
      }
      String head = text.substring(0, text.indexOf("\n\n"));
      Map<String, String> headers = new LinkedHashMap<>();
      head.lines()
          .skip(1)
          .forEach(line -> headers.put(line.split(":", 2)[0], line.split(":", 2)[1]));
      return new Frame(
          head.lines().findFirst().orElseThrow(),
          headers,
          text.substring(head.length() + 2, text.indexOf('\0')));
    }
  }

  private StompClient() {}

  /** Returns a listener for a connection without frames. */
  static WebSocket.Listener deaf() {
    return new StompClient();
  }

  /** Opens a connection and sends nothing. */
  static StompClient open(int port) {
    StompClient client = new StompClient();
    client.socket =
        HTTP.newWebSocketBuilder()
            .subprotocols("v12.stomp")
            .buildAsync(URI.create("ws://localhost:" + port + "/ws"), client)
            .join();
    assertThat(client.socket.getSubprotocol()).isEqualTo("v12.stomp");
    return client;
  }

  /** Opens a connection, and returns once it is connected. */
  static StompClient connected(int port, String token) {
    StompClient client = open(port);
    client.send("CONNECT", "accept-version:1.2", "host:h", "Authorization:Bearer " + token);
    assertThat(client.next().command()).isEqualTo("CONNECTED");
    return client;
  }

  /** Subscribes, and returns once the receipt arrives. */
  StompClient subscribed(String... headers) {
    String[] all = new String[headers.length + 3];
    System.arraycopy(headers, 0, all, 3, headers.length);
    all[0] = "id:s";
    all[1] = "destination:" + NOTIFICATIONS;
    all[2] = "receipt:r";
    send("SUBSCRIBE", all);
    Frame receipt = next();
    assertThat(receipt.command()).as("%s", receipt).isEqualTo("RECEIPT");
    return this;
  }

  void send(String command, String... headers) {
    sendText(command + "\n" + String.join("\n", headers) + "\n\n\0");
  }

  void sendText(String text) {
    socket.sendText(text, true).join();
  }

  void sendBinary(String text, boolean last) {
    socket.sendBinary(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), last).join();
  }

  Frame next() {
    try {
      Frame frame = frames.poll(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
      assertThat(frame).as("the next frame").isNotNull();
      return frame;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Returns the body of the next frame, which is a message. */
  String message() {
    Frame frame = next();
    assertThat(frame.command()).as("%s", frame).isEqualTo("MESSAGE");
    return frame.body();
  }

  /** Asserts that no frame is left. */
  void hasNothingMore() {
    assertThat(frames).isEmpty();
  }

  /** Asserts that the next frame is an error, and the last one. */
  Frame isRefused() {
    Frame frame = next();
    assertThat(frame.command()).as("%s", frame).isEqualTo("ERROR");
    assertThat(frame.headers().get("message")).isNotBlank();
    assertThat(closed.orTimeout(5, TimeUnit.SECONDS).join()).isEqualTo(1008);
    return frame;
  }

  /** Completes with the close code. */
  CompletableFuture<Integer> closed() {
    return closed;
  }

  @Override
  public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
    partial.append(data);
    if (last) {
      frames.add(Frame.parse(partial.toString()));
      partial.setLength(0);
    }
    from.request(1);
    return null;
  }

  @Override
  public CompletionStage<?> onClose(WebSocket from, int status, String reason) {
    closed.complete(status);
    return null;
  }

  @Override
  public void onError(WebSocket from, Throwable error) {
    closed.complete(1006);
  }

  /** Aborts the connection, like a client that loses its network. */
  @Override
  public void close() {
    socket.abort();
  }
}
