package dev.annals.command.task;

import dev.annals.api.TaskView;
import java.util.ArrayList;
import java.util.List;
import org.axonframework.commandhandling.CommandHandler;
import org.axonframework.modelling.command.Repository;
import org.springframework.stereotype.Component;

/** Creates several tasks in one transaction. */
@Component
record BulkCreation(Repository<Task> tasks) {

  @CommandHandler
  List<TaskView> handle(TaskCommand.CreateTasks command) throws Exception {
    List<TaskView> created = new ArrayList<>();
    for (TaskCommand.CreateTask create : command.tasks()) {
      tasks.newInstance(
          Task::new, task -> created.add(task.invoke(instance -> instance.decide(create))));
    }
    return created;
  }
}
