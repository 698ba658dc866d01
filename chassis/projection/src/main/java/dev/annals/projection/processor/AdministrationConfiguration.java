package dev.annals.projection.processor;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigureOrder;
import org.springframework.context.annotation.Import;
import org.springframework.core.Ordered;

/** Configures the administration of processors, replays and dead letters. */
@AutoConfiguration
@AutoConfigureOrder(Ordered.HIGHEST_PRECEDENCE)
@Import({DeadLetterController.class, ProcessorController.class, ReplayController.class})
class AdministrationConfiguration {}
