package dev.annals.projection.processor;

import dev.annals.eventstore.processor.ProcessorMonitor;
import dev.annals.eventstore.processor.ProcessorState;
import dev.annals.eventstore.processor.ProcessorStates;
import dev.annals.projection.deadletter.DeadLetters;
import dev.annals.projection.model.Model;
import dev.annals.projection.model.ReadModel;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Lists the event processors of both sides. */
@RestController
@Tag(
    name = "Operations",
    description = "Processors, replays, sagas, schedules and storage, for administrators.")
@RequestMapping("/admin/processors")
record ProcessorController(
    List<ProcessorStates> sides, List<Model> models, ProcessorMonitor watch, DeadLetters letters) {

  /**
   * Lists the event processors of both sides. Each has its position, its lag and its repeated
   * failure, if it has one.
   */
  @GetMapping
  List<ProcessorView> list() {
    List<ProcessorState> all = sides.stream().flatMap(side -> side.all().stream()).toList();
    // Read after the positions, so that none is ahead of it.
    long head = watch.head();
    return all.stream().map(processor -> view(processor, head)).toList();
  }

  private ProcessorView view(ProcessorState processor, long head) {
    Optional<Model> model =
        models.stream().filter(it -> it.name().equals(processor.name())).findFirst();
    return new ProcessorView(
        processor.name(),
        processor.side(),
        processor.position(),
        head,
        head - processor.position(),
        watch.rate(processor.name()),
        processor.segments().size(),
        processor.segments().stream()
            .map(ProcessorState.Segment::owner)
            .filter(Objects::nonNull)
            .distinct()
            .sorted()
            .toList(),
        processor
            .failure()
            .map(failure -> failure.error() + " at position " + failure.position())
            .orElse(null),
        model.map(it -> letters.count(it.generation())).orElse(0L),
        model.filter(ReadModel.class::isInstance).isPresent());
  }

  /**
   * An event processor.
   *
   * @param side {@code command} or {@code query}
   * @param position the position that all segments have reached; 0 before the first
   * @param head the position of the last event
   * @param lag how many positions it is behind
   * @param eventsPerSecond how many positions it advanced per second, in the last seconds
   * @param segments the number of segments
   * @param owners the processes that own segments
   * @param error its repeated failure; null if none
   * @param deadLetters the number of aggregates that wait for an event that it could not handle
   * @param replayable whether its model can be rebuilt
   */
  record ProcessorView(
      String name,
      String side,
      long position,
      long head,
      long lag,
      double eventsPerSecond,
      int segments,
      List<String> owners,
      @Nullable String error,
      long deadLetters,
      boolean replayable) {}
}
