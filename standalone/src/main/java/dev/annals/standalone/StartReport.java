package dev.annals.standalone;

import dev.annals.api.GeneratedAdmin;
import java.util.ArrayList;
import java.util.List;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.PayloadApplicationEvent;
import org.springframework.core.env.Environment;

/** Prints the places of the data and the URLs on standard output once the program is ready. */
final class StartReport implements ApplicationListener<ApplicationEvent> {
  private final LocalStores stores;
  private final List<String> lines = new ArrayList<>();

  StartReport(LocalStores stores) {
    this.stores = stores;
  }

  @Override
  public void onApplicationEvent(ApplicationEvent event) {
    if (event instanceof PayloadApplicationEvent<?> published
        && published.getPayload() instanceof GeneratedAdmin admin) {
      lines.add(
          "First admin: %s, password %s (shown only now)"
              .formatted(admin.email(), admin.password()));
    } else if (event instanceof ApplicationReadyEvent ready) {
      print(ready.getApplicationContext().getEnvironment());
    }
  }

  private void print(Environment environment) {
    String base = "http://localhost:" + environment.getProperty("local.server.port");
    stores.places().forEach((name, place) -> lines.add(name + ": " + place));
    String managementPort = environment.getProperty("local.management.port");
    if (managementPort != null) {
      lines.add("Health: http://localhost:" + managementPort + "/actuator/health");
    }
    if (stores.hasMailbox()) {
      lines.add("Mails: " + base + "/dev/mailbox");
    }
    lines.add("Swagger UI: " + base + "/swagger-ui.html");
    System.out.println(String.join(System.lineSeparator(), lines));
    lines.clear();
  }
}
