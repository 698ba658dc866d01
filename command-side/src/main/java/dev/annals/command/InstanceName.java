package dev.annals.command;

import java.util.UUID;
import org.springframework.stereotype.Component;

/** The name of this process; see {@link CommandProperties#instance}. */
@Component
final class InstanceName {

  private final String value;

  InstanceName(CommandProperties properties) {
    this.value =
        properties.instance().isEmpty() ? UUID.randomUUID().toString() : properties.instance();
  }

  String value() {
    return value;
  }
}
