package dev.annals.platform.start;

import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.core.env.Environment;

/**
 * Tells on standard output, once the program is ready, where it is. Whoever starts the program may
 * rely on the lines that begin with {@code Management: } and, the last one, {@code Annals is ready:
 * }; a URL follows.
 */
final class ReadyReport implements ApplicationListener<ApplicationReadyEvent> {
  @Override
  public void onApplicationEvent(ApplicationReadyEvent event) {
    Environment environment = event.getApplicationContext().getEnvironment();
    String managementPort = environment.getProperty("local.management.port");
    if (managementPort != null) {
      System.out.println("Management: http://localhost:" + managementPort);
    }
    System.out.println(
        "Annals is ready: http://localhost:" + environment.getProperty("local.server.port"));
  }
}
