package dev.annals.http.sample;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;

/** An HTTP client of the application, also for malformed requests. */
public final class Http {

  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  private final int port;

  public Http(int port) {
    this.port = port;
  }

  /** Builds a request with a user's token. */
  public HttpRequest.Builder as(String role, String path) {
    return to(path).header("Authorization", "Bearer " + Tokens.of(role));
  }

  /** Builds a request without a token. */
  public HttpRequest.Builder to(String path) {
    return HttpRequest.newBuilder(URI.create("http://localhost:" + port + path));
  }

  public HttpResponse<String> get(String path) throws Exception {
    return send(as("USER", path));
  }

  public HttpResponse<String> post(String path, String json) throws Exception {
    return send(
        as("USER", path)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(json)));
  }

  public HttpResponse<String> put(String path, String json) throws Exception {
    return send(
        as("USER", path)
            .header("Content-Type", "application/json")
            .PUT(HttpRequest.BodyPublishers.ofString(json)));
  }

  public HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  /** Sends a request without waiting for its response. */
  public CompletableFuture<HttpResponse<String>> sendAsync(HttpRequest.Builder request) {
    return CLIENT.sendAsync(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  /** Opens a connection. */
  public Socket connect() throws IOException {
    Socket socket = new Socket("localhost", port);
    socket.setSoTimeout(10_000);
    return socket;
  }

  /** Sends raw bytes and reads until the server closes the connection. */
  public String raw(String... parts) throws IOException {
    try (Socket socket = connect()) {
      OutputStream out = socket.getOutputStream();
      for (String part : parts) {
        out.write(part.getBytes(StandardCharsets.ISO_8859_1));
      }
      out.flush();
      InputStream in = socket.getInputStream();
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
