package dev.annals.standalone.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A client that speaks STOMP frames as they are. */
final class StompClient implements WebSocket.Listener, AutoCloseable {

  /** What tests subscribe to. */
  static final String NOTIFICATIONS = "/user/queue/notifications";

  private static final HttpClient HTTP = HttpClient.newHttpClient();
  // What a killed process had claimed is free for others after some 10 to 30 seconds.
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final BlockingQueue<Frame> frames = new LinkedBlockingQueue<>();
  private final CompletableFuture<Integer> closed = new CompletableFuture<>();
  private final StringBuilder partial = new StringBuilder();
  private WebSocket socket;

  /** One frame; a heart-beat has no command. */
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

  /** A connection without a word on it. */
  static StompClient open(URI url) {
    StompClient client = new StompClient();
    client.socket =
        HTTP.newWebSocketBuilder()
            .subprotocols("v12.stomp")
            .buildAsync(URI.create(url.toString().replaceFirst("http", "ws") + "/ws"), client)
            .join();
    assertThat(client.socket.getSubprotocol()).isEqualTo("v12.stomp");
    return client;
  }

  /** The same user's client, let in. */
  static StompClient of(Client user) {
    StompClient client = open(user.url());
    client.send(
        "CONNECT",
        "accept-version:1.2",
        "host:h",
        "Authorization:" + user.headers().get("Authorization"));
    assertThat(client.next().command()).isEqualTo("CONNECTED");
    return client;
  }

  /** Subscribes, and returns when the receipt is there. */
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

  /** The next frame. */
  Frame next() {
    try {
      Frame frame = frames.poll(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
      assertThat(frame).as("the next frame").isNotNull();
      return frame;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** The body of the next frame, which is a message. */
  String message() {
    Frame frame = next();
    assertThat(frame.command()).as("%s", frame).isEqualTo("MESSAGE");
    return frame.body();
  }

  /** The bodies of the messages that were not taken, once the connection is lost. */
  List<String> messagesUntilClosed() {
    closed.orTimeout(5, TimeUnit.SECONDS).join();
    List<Frame> left = new ArrayList<>();
    frames.drainTo(left);
    assertThat(left).extracting(Frame::command).containsOnly("MESSAGE");
    return left.stream().map(Frame::body).toList();
  }

  /** Asserts that nothing came that was not taken. */
  void hasNothingMore() {
    assertThat(frames).isEmpty();
  }

  /** Asserts that the next frame is an error, and the last. */
  Frame isRefused() {
    Frame frame = next();
    assertThat(frame.command()).as("%s", frame).isEqualTo("ERROR");
    assertThat(frame.headers().get("message")).isNotBlank();
    assertThat(closed.orTimeout(5, TimeUnit.SECONDS).join()).isEqualTo(1008);
    return frame;
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

  /** Breaks off, as a client does that loses its network. */
  @Override
  public void close() {
    socket.abort();
  }
}
