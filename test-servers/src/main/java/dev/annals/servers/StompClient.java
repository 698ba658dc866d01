package dev.annals.servers;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A client that sends STOMP frames unchecked, so that a test can send malformed ones. */
public final class StompClient implements WebSocket.Listener, AutoCloseable {

  /** The destination that tests subscribe to. */
  public static final String NOTIFICATIONS = "/user/queue/notifications";

  private static final HttpClient HTTP = HttpClient.newHttpClient();
  // Other processes claim the segments of a killed one after 10 to 30 seconds.
  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  private final BlockingQueue<Frame> frames = new LinkedBlockingQueue<>();
  private final CompletableFuture<Integer> closed = new CompletableFuture<>();
  private final StringBuilder partial = new StringBuilder();
  private WebSocket socket;

  /** A user who is logged in to a program. */
  public interface Login {

    URI url();

    /** Returns the headers of requests, {@code Authorization} among them. */
    Map<String, String> headers();
  }

  /** One frame; a heart-beat has no command. */
  public record Frame(String command, Map<String, String> headers, String body) {

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

  /** Returns a listener for a connection that sends no frame. */
  public static WebSocket.Listener deaf() {
    return new StompClient();
  }

  /** Opens a connection on which nothing is sent yet. */
  public static StompClient open(URI url) {
    StompClient client = new StompClient();
    client.socket =
        HTTP.newWebSocketBuilder()
            .subprotocols("v12.stomp")
            .buildAsync(URI.create(url.toString().replaceFirst("http", "ws") + "/ws"), client)
            .join();
    assertThat(client.socket.getSubprotocol()).isEqualTo("v12.stomp");
    return client;
  }

  /** Opens a connection to a local program on which nothing is sent yet. */
  public static StompClient open(int port) {
    return open(local(port));
  }

  /** Connects as a user. */
  public static StompClient of(Login user) {
    return connected(user.url(), user.headers().get("Authorization"));
  }

  /** Connects to a local program with an access token. */
  public static StompClient connected(int port, String token) {
    return connected(local(port), "Bearer " + token);
  }

  private static StompClient connected(URI url, String authorization) {
    StompClient client = open(url);
    client.send("CONNECT", "accept-version:1.2", "host:h", "Authorization:" + authorization);
    assertThat(client.next().command()).isEqualTo("CONNECTED");
    return client;
  }

  static URI local(int port) {
    return URI.create("http://localhost:" + port);
  }

  /** Subscribes, and returns when the receipt has come. */
  public StompClient subscribed(String... headers) {
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

  public void send(String command, String... headers) {
    sendText(command + "\n" + String.join("\n", headers) + "\n\n\0");
  }

  public void sendText(String text) {
    socket.sendText(text, true).join();
  }

  /** Sends a part of a message. */
  public void sendBinary(String text, boolean last) {
    socket.sendBinary(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), last).join();
  }

  /** Takes the next frame. */
  public Frame next() {
    Optional<Frame> frame = next(TIMEOUT);
    assertThat(frame).as("the next frame").isPresent();
    return frame.get();
  }

  /** Takes the next frame if it comes in time. */
  public Optional<Frame> next(Duration timeout) {
    try {
      return Optional.ofNullable(frames.poll(timeout.toMillis(), TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Takes the next frame, which is a message, and returns its body. */
  public String message() {
    Frame frame = next();
    assertThat(frame.command()).as("%s", frame).isEqualTo("MESSAGE");
    return frame.body();
  }

  /** Returns the bodies of the messages that were not taken, after the connection is lost. */
  public List<String> messagesUntilClosed() {
    closed.orTimeout(5, TimeUnit.SECONDS).join();
    List<Frame> left = new ArrayList<>();
    frames.drainTo(left);
    assertThat(left).extracting(Frame::command).containsOnly("MESSAGE");
    return left.stream().map(Frame::body).toList();
  }

  /** Asserts that all frames that came were taken. */
  public void hasNothingMore() {
    assertThat(frames).isEmpty();
  }

  /** Asserts that the next frame is an error and that the server closes the connection. */
  public Frame isRefused() {
    Frame frame = next();
    assertThat(frame.command()).as("%s", frame).isEqualTo("ERROR");
    assertThat(frame.headers().get("message")).isNotBlank();
    assertThat(closed.orTimeout(5, TimeUnit.SECONDS).join()).isEqualTo(1008);
    return frame;
  }

  /** Completes with the status with which the connection is closed. */
  public CompletableFuture<Integer> closed() {
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
