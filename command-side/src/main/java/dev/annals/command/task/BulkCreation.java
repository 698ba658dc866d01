package dev.annals.command.task;

import dev.annals.api.TaskView;
import java.util.ArrayList;
import java.util.List;
import org.axonframework.commandhandling.CommandHandler;
import org.axonframework.modelling.command.Repository;
import org.springframework.stereotype.Component;

/** Creates many tasks in the one transaction of their command. */
@Component
class BulkCreation {

  private final Repository<Task> tasks;

  BulkCreation(Repository<Task> tasks) {
    this.tasks = tasks;
  }

  @CommandHandler
  List<TaskView> handle(CreateTasks command) throws Exception {
    List<TaskView> created = new ArrayList<>();
    for (CreateTask create : command.tasks()) {
      tasks.newInstance(
          Task::new, task -> created.add(task.invoke(instance -> instance.decide(create))));
    }
    return created;
  }
}
