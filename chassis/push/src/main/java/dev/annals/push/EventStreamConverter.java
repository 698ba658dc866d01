package dev.annals.push;

import dev.annals.http.security.AccessToken;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpInputMessage;
import org.springframework.http.HttpOutputMessage;
import org.springframework.http.MediaType;
import org.springframework.http.converter.HttpMessageConverter;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;

/** Begins the responses of endpoints that return an {@link EventStream}. */
final class EventStreamConverter implements HttpMessageConverter<EventStream> {

  private final Connections connections;
  private final PushThreads threads;
  private final Clock clock;
  private final Counter events;
  private final AtomicInteger open;

  EventStreamConverter(
      Connections connections, PushThreads threads, MeterRegistry metrics, Clock clock) {
    this.connections = connections;
    this.threads = threads;
    this.clock = clock;
    this.events = metrics.counter("annals.stream.events");
    this.open = metrics.gauge("annals.streams", new AtomicInteger());
  }

  @Override
  public boolean canRead(Class<?> type, @Nullable MediaType mediaType) {
    return false;
  }

  @Override
  public boolean canWrite(Class<?> type, @Nullable MediaType mediaType) {
    return EventStream.class.isAssignableFrom(type);
  }

  @Override
  public List<MediaType> getSupportedMediaTypes() {
    return List.of(MediaType.TEXT_EVENT_STREAM);
  }

  @Override
  public EventStream read(Class<? extends EventStream> type, HttpInputMessage message) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void write(EventStream stream, @Nullable MediaType type, HttpOutputMessage message)
      throws IOException {
    ServletRequestAttributes exchange =
        (ServletRequestAttributes) RequestContextHolder.currentRequestAttributes();
    HttpHeaders headers = message.getHeaders();
    headers.setContentType(MediaType.TEXT_EVENT_STREAM);
    headers.setCacheControl("no-store");
    // Proxies must not collect events.
    headers.set("X-Accel-Buffering", "no");
    if (exchange.getRequest().getMethod().equals("HEAD")) {
      // Sets the headers.
      message.getBody();
      return;
    }
    // What a client sends during a stream is dropped.
    headers.set(HttpHeaders.CONNECTION, "close");
    StreamOutput output = new StreamOutput();
    StreamConnection connection = new StreamConnection(output, events, threads, clock);
    try {
      connection.admit(AccessToken.current().orElseThrow(), connections.permits());
      connection.start(stream);
      message.getBody();
      output.begin(
          exchange.getRequest(),
          exchange.getResponse().getOutputStream(),
          () -> {
            open.decrementAndGet();
            connections.remove(connection);
          });
    } catch (IOException | RuntimeException refused) {
      connection.onClosed();
      throw refused;
    }
    open.incrementAndGet();
    connections.add(connection);
  }
}
