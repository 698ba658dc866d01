package dev.annals.http.sample;

import org.junit.jupiter.api.BeforeEach;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;

/** A test of the application on a real port. All subclasses share one application. */
@SpringBootTest(
    classes = SampleApplication.class,
    webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
    properties = {
      "spring.datasource.url=jdbc:postgresql://localhost:1/none",
      "spring.datasource.hikari.initialization-fail-timeout=-1",
      "spring.datasource.hikari.connection-timeout=250",
      "management.server.port=0",
      // Boot has different defaults on this platform.
      "spring.main.cloud-platform=kubernetes"
    })
public abstract class HttpTest {

  @LocalServerPort private int port;

  protected Http http;

  @BeforeEach
  final void open() {
    http = new Http(port);
  }
}
