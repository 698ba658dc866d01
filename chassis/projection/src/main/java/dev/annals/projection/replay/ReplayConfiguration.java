package dev.annals.projection.replay;

import dev.annals.base.start.ChassisConfiguration;
import org.springframework.context.annotation.Import;

/** Configures the processors of the models, and their replays. */
@ChassisConfiguration
@Import({
  LatePositions.class,
  ModelProcessors.class,
  ProcessorServices.class,
  ProjectionProcessors.class,
  Replays.class,
  RestoreWatch.class,
  TokenEntries.class,
  TokenEvents.class
})
class ReplayConfiguration {}
