package dev.annals.base.start;

import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.core.env.Environment;

/**
 * Prints the URLs of the program on standard output when it is ready. The lines {@code Management:
 * } and, at last, {@code Annals is ready: } are an interface. A program without an API prints its
 * management URL in both.
 */
final class ReadyReport implements ApplicationListener<ApplicationReadyEvent> {
  private static final String NONE = "-1";

  @Override
  public void onApplicationEvent(ApplicationReadyEvent event) {
    Environment environment = event.getApplicationContext().getEnvironment();
    String managementPort = environment.getProperty("local.management.port");
    if (managementPort != null) {
      System.out.println("Management: http://localhost:" + managementPort);
    }
    String port = environment.getProperty("local.server.port");
    System.out.println(
        "Annals is ready: http://localhost:" + (NONE.equals(port) ? managementPort : port));
  }
}
