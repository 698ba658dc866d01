package dev.annals.command.task;

import java.util.List;

/** All of them or none. */
record CreateTasks(List<CreateTask> tasks) {}
