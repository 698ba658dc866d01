package dev.annals.servers;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodySubscribers;
import java.net.http.HttpResponse.ResponseInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** A client that reads a stream of server-sent events (HTML, 9.2), without a thread. */
public final class StreamClient implements Flow.Subscriber<String>, AutoCloseable {

  // Other processes claim the segments of a killed one after 10 to 30 seconds.
  private static final int TIMEOUT_SECONDS = 60;

  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
  private final CompletableFuture<Void> closed = new CompletableFuture<>();
  private final List<String> lines = new ArrayList<>();
  private final CompletableFuture<ResponseInfo> head = new CompletableFuture<>();
  private volatile Flow.Subscription subscription;

  /** An event, or a comment, which has no fields. */
  public record Event(Map<String, String> fields) {

    private static Event parse(List<String> lines) {
      return new Event(
          lines.stream()
              .filter(line -> !line.startsWith(":"))
              .collect(
                  Collectors.toMap(
                      line -> line.substring(0, line.indexOf(": ")),
                      line -> line.substring(line.indexOf(": ") + 2))));
    }

    public long id() {
      return Long.parseLong(fields.get("id"));
    }

    public String name() {
      return fields.getOrDefault("event", "");
    }

    public String data() {
      return fields.get("data");
    }

    private boolean isComment() {
      return fields.isEmpty();
    }
  }

  private StreamClient() {}

  /** Opens a stream of a local program with an access token. Returns when its head has come. */
  public static StreamClient open(int port, String path, String token, String... headers) {
    return open(URI.create("http://localhost:" + port + path), "Bearer " + token, headers);
  }

  /** Opens a stream as a user. */
  public static StreamClient of(StompClient.Login user, String path, String... headers) {
    return open(URI.create(user.url() + path), user.headers().get("Authorization"), headers);
  }

  private static StreamClient open(URI url, String authorization, String... headers) {
    StreamClient client = new StreamClient();
    HttpRequest.Builder request =
        HttpRequest.newBuilder(url).header("Authorization", authorization);
    if (headers.length > 0) {
      request.headers(headers);
    }
    // The response is complete at the end of the stream.
    var unused =
        HTTP.sendAsync(
                request.build(),
                response -> {
                  client.head.complete(response);
                  return BodySubscribers.fromLineSubscriber(client);
                })
            .whenComplete(
                (response, failure) ->
                    client.head.completeExceptionally(
                        failure == null ? new AssertionError("no head") : failure));
    client.head.orTimeout(TIMEOUT_SECONDS, TimeUnit.SECONDS).join();
    return client;
  }

  public int status() {
    return head.join().statusCode();
  }

  public HttpHeaders headers() {
    return head.join().headers();
  }

  /** Asserts that the stream has begun with a comment. */
  public StreamClient begun() {
    assertThat(status()).isEqualTo(200);
    assertThat(take().isComment()).isTrue();
    return this;
  }

  /** Takes the next event or comment. */
  private Event take() {
    try {
      Event event = events.poll(TIMEOUT_SECONDS, TimeUnit.SECONDS);
      assertThat(event).as("the next event").isNotNull();
      return event;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Takes comments and returns when one has come. */
  public void comment() {
    assertThat(take().isComment()).isTrue();
  }

  /** Takes the next event; comments before it are skipped. */
  public Event next() {
    long start = System.nanoTime();
    Event event = take();
    while (event.isComment()) {
      assertThat(System.nanoTime() - start)
          .as("the next event")
          .isLessThan(TimeUnit.SECONDS.toNanos(TIMEOUT_SECONDS));
      event = take();
    }
    return event;
  }

  /** Takes events, which have this name, and returns their ids. */
  public List<Long> ids(String name, int count) {
    List<Long> ids = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Event event = next();
      assertThat(event.name()).as("%s", event).isEqualTo(name);
      ids.add(event.id());
    }
    return ids;
  }

  /** Asserts that the next event is the last one, with a reason, and that the response is whole. */
  public void ends(String reason) {
    Event event = next();
    assertThat(event.fields())
        .containsOnly(
            Map.entry("event", "end"), Map.entry("data", "{\"reason\":\"" + reason + "\"}"));
    closed.orTimeout(TIMEOUT_SECONDS, TimeUnit.SECONDS).join();
    hasNothingMore();
  }

  /** Asserts that all events that came were taken. */
  public void hasNothingMore() {
    assertThat(events.stream().filter(event -> !event.isComment())).isEmpty();
  }

  /** Returns the text of a response that is no stream. */
  public String text() {
    closed.orTimeout(TIMEOUT_SECONDS, TimeUnit.SECONDS).join();
    return String.join("\n", lines);
  }

  /** Completes when the response has ended; with the failure if it was cut off. */
  public CompletableFuture<Void> closed() {
    return closed;
  }

  @Override
  public void onSubscribe(Flow.Subscription body) {
    subscription = body;
    body.request(Long.MAX_VALUE);
  }

  @Override
  public void onNext(String line) {
    if (!line.isEmpty()) {
      lines.add(line);
    } else if (!lines.isEmpty()) {
      events.add(Event.parse(lines));
      lines.clear();
    }
  }

  @Override
  public void onError(Throwable failure) {
    closed.completeExceptionally(failure);
  }

  @Override
  public void onComplete() {
    closed.complete(null);
  }

  /** Closes the connection, like a client that goes away. */
  @Override
  public void close() {
    if (subscription != null) {
      subscription.cancel();
    }
  }
}
