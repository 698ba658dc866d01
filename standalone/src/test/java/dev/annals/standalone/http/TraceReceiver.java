package dev.annals.standalone.http;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Receives traces by OTLP over HTTP and parses their spans. */
final class TraceReceiver implements AutoCloseable {

  private final HttpServer server;
  private final List<Span> spans = new CopyOnWriteArrayList<>();

  /** A span with hexadecimal ids; the parent of a root is empty. */
  record Span(String trace, String id, String parent, String name) {}

  /** A length-delimited field of a Protocol Buffers message. */
  private record Field(int number, ByteBuffer content) {
    String hex() {
      byte[] bytes = new byte[content.remaining()];
      content.duplicate().get(bytes);
      return HexFormat.of().formatHex(bytes);
    }
  }

  TraceReceiver() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/v1/traces",
        exchange -> {
          read(ByteBuffer.wrap(exchange.getRequestBody().readAllBytes()));
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    server.start();
  }

  URI endpoint() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/v1/traces");
  }

  /** Returns the spans of a trace received so far. */
  List<Span> of(String trace) {
    return spans.stream().filter(span -> span.trace().equals(trace)).toList();
  }

  // ExportTraceServiceRequest 1: ResourceSpans 2: ScopeSpans 2: Span.
  private void read(ByteBuffer request) {
    for (Field resource : fields(request)) {
      for (Field scope : fields(resource.content())) {
        if (scope.number() == 2) {
          for (Field span : fields(scope.content())) {
            if (span.number() == 2) {
              spans.add(span(span.content()));
            }
          }
        }
      }
    }
  }

  private static Span span(ByteBuffer message) {
    String[] told = {"", "", "", ""};
    for (Field field : fields(message)) {
      switch (field.number()) {
        case 1 -> told[0] = field.hex();
        case 2 -> told[1] = field.hex();
        case 4 -> told[2] = field.hex();
        case 5 -> told[3] = StandardCharsets.UTF_8.decode(field.content().duplicate()).toString();
        default -> {}
      }
    }
    return new Span(told[0], told[1], told[2], told[3]);
  }

  private static List<Field> fields(ByteBuffer message) {
    ByteBuffer rest = message.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    List<Field> fields = new ArrayList<>();
    while (rest.hasRemaining()) {
      long tag = varint(rest);
      switch ((int) (tag & 7)) {
        case 0 -> varint(rest);
        case 1 -> rest.getLong();
        case 2 -> {
          int length = (int) varint(rest);
          fields.add(new Field((int) (tag >> 3), rest.slice(rest.position(), length)));
          rest.position(rest.position() + length);
        }
        case 5 -> rest.getInt();
        default -> throw new IllegalArgumentException("wire type " + (tag & 7));
      }
    }
    return fields;
  }

  private static long varint(ByteBuffer rest) {
    long value = 0;
    for (int shift = 0; ; shift += 7) {
      byte next = rest.get();
      value |= (long) (next & 0x7f) << shift;
      if (next >= 0) {
        return value;
      }
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
