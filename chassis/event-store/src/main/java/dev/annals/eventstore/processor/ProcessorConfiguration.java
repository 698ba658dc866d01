package dev.annals.eventstore.processor;

import dev.annals.base.start.ChassisConfiguration;
import org.springframework.context.annotation.Import;

/** Configures the states of the event processors. */
@ChassisConfiguration
@Import({CommandProcessors.class, ProcessorHealthIndicator.class, ProcessorMonitor.class})
class ProcessorConfiguration {}
