package dev.annals.jobs.saga;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import dev.annals.events.identity.UserErased;
import dev.annals.events.task.TaskCompleted;
import dev.annals.events.task.TaskCreated;
import dev.annals.events.task.TaskStarted;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.axonframework.config.ProcessingGroup;
import org.axonframework.eventhandling.DisallowReplay;
import org.axonframework.modelling.saga.SagaEventHandler;
import org.axonframework.modelling.saga.SagaLifecycle;
import org.axonframework.modelling.saga.StartSaga;
import org.axonframework.spring.stereotype.Saga;

/** Fails on given actions of given users. */
@Saga
@ProcessingGroup("failing")
@DisallowReplay
@JsonAutoDetect(fieldVisibility = JsonAutoDetect.Visibility.ANY)
public class FailingSaga {

  /** Each a user id and an action. */
  static final Set<String> failOn = ConcurrentHashMap.newKeySet();

  static final List<String> handled = new CopyOnWriteArrayList<>();

  private int events;

  @StartSaga
  @SagaEventHandler(associationProperty = "taskId")
  void on(TaskCreated event) {
    SagaLifecycle.associateWith("userId", event.ownerId().toString());
    handle("created", event.ownerId());
  }

  @SagaEventHandler(associationProperty = "taskId")
  void on(TaskStarted event) {
    handle("started", event.ownerId());
  }

  @SagaEventHandler(associationProperty = "taskId")
  void on(TaskCompleted event) {
    handle("completed", event.ownerId());
  }

  @SagaEventHandler(associationProperty = "userId")
  void on(UserErased event) {
    handle("erased", event.userId());
  }

  private void handle(String action, UUID owner) {
    if (failOn.contains(owner + " " + action)) {
      throw new IllegalStateException("a poisoned event");
    }
    events++;
    handled.add(owner + " " + action + " " + events);
  }
}
