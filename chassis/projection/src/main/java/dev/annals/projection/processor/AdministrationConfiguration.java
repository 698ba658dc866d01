package dev.annals.projection.processor;

import dev.annals.base.start.ChassisConfiguration;
import org.springframework.context.annotation.Import;

/** Configures the administration of processors, replays and dead letters. */
@ChassisConfiguration
@Import({
  DeadLetterController.class,
  DeadLettersHealthIndicator.class,
  ProcessorController.class,
  ReplayController.class
})
class AdministrationConfiguration {}
