package dev.annals.gateway;

import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A side: a real HTTP server on a port of its own. */
record BackEnd(HttpServer server, ExecutorService threads) implements AutoCloseable {

  /** Answers everything with 200 and its name in the header {@code Side}. */
  static BackEnd named(String side) {
    return answering(
        exchange -> {
          try (exchange) {
            exchange.getResponseHeaders().set("Side", side);
            exchange.sendResponseHeaders(200, -1);
          }
        });
  }

  static BackEnd answering(HttpHandler handler) {
    try {
      HttpServer server =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      ExecutorService threads = Executors.newCachedThreadPool();
      server.setExecutor(threads);
      server.createContext("/", handler);
      server.start();
      return new BackEnd(server, threads);
    } catch (IOException e) {
      throw new IllegalStateException(e);
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
