package dev.annals.eventstore.processor;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigureOrder;
import org.springframework.context.annotation.Import;
import org.springframework.core.Ordered;

/** Configures the states of the event processors. */
@AutoConfiguration
@AutoConfigureOrder(Ordered.HIGHEST_PRECEDENCE)
@Import({CommandProcessors.class, ProcessorHealthIndicator.class, ProcessorMonitor.class})
class ProcessorConfiguration {}
