package dev.annals.command.summary;

import dev.annals.command.task.OpenTasks.OpenTask;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;

/** The content of a summary at an instant, by the days of the user's zone. */
record SummaryContent(Instant now, ZoneId zone) {

  private static final int DAYS_AHEAD = 7;
  private static final DateTimeFormatter DAY =
      DateTimeFormatter.ofPattern("EEEE, d MMMM", Locale.ENGLISH);
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("EEE d MMM yyyy, HH:mm", Locale.ENGLISH);

  /** Returns the end of the last day in the summary. */
  Instant end() {
    return startOfDay(1 + DAYS_AHEAD);
  }

  String day() {
    return DAY.format(today());
  }

  /** Returns the tasks as variables of the templates. */
  Map<String, Object> sections(List<OpenTask> tasks) {
    Instant tomorrow = startOfDay(1);
    return Map.of(
        "overdue", items(tasks, due -> !due.isAfter(now)),
        "today", items(tasks, due -> due.isAfter(now) && due.isBefore(tomorrow)),
        "ahead", items(tasks, due -> !due.isBefore(tomorrow)));
  }

  private List<Map<String, String>> items(List<OpenTask> tasks, Predicate<Instant> due) {
    return tasks.stream()
        .filter(task -> due.test(task.dueAt()))
        .map(task -> Map.of("title", task.title(), "due", TIME.format(task.dueAt().atZone(zone))))
        .toList();
  }

  private Instant startOfDay(int daysAhead) {
    return today().plusDays(daysAhead).atStartOfDay(zone).toInstant();
  }

  private LocalDate today() {
    return LocalDate.ofInstant(now, zone);
  }
}
