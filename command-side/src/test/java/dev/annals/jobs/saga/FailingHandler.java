package dev.annals.jobs.saga;

import dev.annals.events.task.TaskCreated;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.axonframework.config.ProcessingGroup;
import org.axonframework.eventhandling.DisallowReplay;
import org.axonframework.eventhandling.EventHandler;
import org.springframework.stereotype.Component;

/** Fails on every task of given users. */
@Component
@ProcessingGroup("failing-handler")
@DisallowReplay
class FailingHandler {

  static final Set<UUID> failOn = ConcurrentHashMap.newKeySet();

  @EventHandler
  void on(TaskCreated event) {
    if (failOn.contains(event.ownerId())) {
      throw new IllegalStateException(event.values().title());
    }
  }
}
