package dev.annals.gateway;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/** The gateway on a port of its own, in front of two local ports. */
record RunningGateway(ConfigurableApplicationContext context, HttpClient client)
    implements AutoCloseable {

  static RunningGateway before(int command, int query) {
    ConfigurableApplicationContext context =
        SpringApplication.run(
            Gateway.class,
            "--server.port=0",
            "--management.server.port=0",
            "--annals.gateway.command-url=http://127.0.0.1:" + command,
            "--annals.gateway.query-url=http://127.0.0.1:" + query);
    HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    return new RunningGateway(context, client);
  }

  /** A request without a body, to be added to. */
  HttpRequest.Builder request(String method, String path) {
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
