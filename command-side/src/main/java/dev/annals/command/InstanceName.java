package dev.annals.command;

import java.util.UUID;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/**
 * Tells this instance from the others that share its database, for what one of them does at a time.
 * A new name for each start is always right; the same one lets a restarted instance go on at once,
 * without waiting until what it held before is free.
 */
@Component
final class InstanceName {

  private final String value;

  InstanceName(@Value("${annals.instance:}") String configured) {
    this.value = configured.isEmpty() ? UUID.randomUUID().toString() : configured;
  }

  String value() {
    return value;
  }
}
