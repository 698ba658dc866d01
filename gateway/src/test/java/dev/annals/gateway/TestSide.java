package dev.annals.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** An HTTP server in the role of a side; it is ready and publishes the tests' key. */
record TestSide(HttpServer server, ExecutorService threads) implements AutoCloseable {

  private static final InetSocketAddress LOCAL =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

  /** Answers all requests with 200 and its name in the header {@code Side}. */
  static TestSide named(String side) {
    return named(side, LOCAL);
  }

  /** Does the same at an address. */
  static TestSide named(String side, InetSocketAddress address) {
    return of(
        address,
        exchange -> answer(exchange, 200, side, ""),
        exchange -> answer(exchange, 200, side, TestTokens.published()));
  }

  static TestSide answering(HttpHandler handler) {
    return of(LOCAL, handler, exchange -> answer(exchange, 200, "", TestTokens.published()));
  }

  /** Answers requests for the keys with the handler, and others with 200. */
  static TestSide publishing(HttpHandler keys) {
    return of(LOCAL, exchange -> answer(exchange, 200, "", ""), keys);
  }

  private static TestSide of(InetSocketAddress address, HttpHandler handler, HttpHandler keys) {
    try {
      HttpServer server = HttpServer.create(address, 0);
      ExecutorService threads = Executors.newCachedThreadPool();
      server.setExecutor(threads);
      server.createContext("/", handler);
      server.createContext("/readyz", exchange -> answer(exchange, 200, "", ""));
      server.createContext("/.well-known/jwks.json", keys);
      server.start();
      return new TestSide(server, threads);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  static void answer(HttpExchange exchange, int status, String side, String body)
      throws IOException {
    try (exchange) {
      byte[] bytes = body.getBytes(UTF_8);
      exchange.getResponseHeaders().set("Side", side);
      exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  int port() {
    return server.getAddress().getPort();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
