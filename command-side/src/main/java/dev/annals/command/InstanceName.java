package dev.annals.command;

import java.util.UUID;
import org.springframework.stereotype.Component;

/**
 * Tells this instance from the others that share its database, for what one of them does at a time.
 * A new name for each start is always right; the same one lets a restarted instance go on at once,
 * without waiting until what it held before is free.
 */
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
