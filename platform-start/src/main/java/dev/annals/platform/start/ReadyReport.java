package dev.annals.platform.start;

import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.core.env.Environment;

/**
 * Tells on standard output, once the program is ready, where it is. Whoever starts the program may
 * rely on the lines that begin with {@code Management: } and, the last one, {@code Annals is ready:
 * }; a URL follows, that of the management where there is nothing else.
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
