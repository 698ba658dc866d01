package dev.annals.gateway;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/** A gateway on a free port, in front of local ports. */
record RunningGateway(ConfigurableApplicationContext context, HttpClient client)
    implements AutoCloseable {

  /** Starts a gateway in front of one process of each side. */
  static RunningGateway before(int command, int query, String... properties) {
    return before(new int[] {command}, new int[] {query}, properties);
  }

  static RunningGateway before(int[] commands, int[] queries, String... properties) {
    List<String> arguments = new ArrayList<>(Arrays.asList(properties));
    arguments.addAll(
        List.of(
            "--server.port=0",
            "--management.server.port=0",
            // Boot has other defaults there.
            "--spring.main.cloud-platform=kubernetes",
            "--annals.gateway.commands=" + urls(commands),
            "--annals.gateway.queries=" + urls(queries)));
    ConfigurableApplicationContext context =
        SpringApplication.run(Gateway.class, arguments.toArray(String[]::new));
    HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    return new RunningGateway(context, client);
  }

  private static String urls(int[] ports) {
    return IntStream.of(ports)
        .mapToObj(port -> "http://127.0.0.1:" + port)
        .collect(Collectors.joining(","));
  }

  /** Returns a builder of a request with a valid token and no body. */
  HttpRequest.Builder request(String method, String path) {
    return anonymous(method, path).header("Authorization", "Bearer " + TestTokens.valid());
  }

  /** Returns a builder of a request without a token and a body. */
  HttpRequest.Builder anonymous(String method, String path) {
    return HttpRequest.newBuilder(URI.create("http://localhost:" + port() + path))
        .method(method, BodyPublishers.noBody());
  }

  HttpResponse<byte[]> send(HttpRequest.Builder request) {
    try {
      return client.send(request.build(), BodyHandlers.ofByteArray());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  int port() {
    return context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
  }

  @Override
  public void close() {
    context.close();
  }
}
