package dev.annals.base.start;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.context.annotation.Import;

/** Configures the stop of the process. */
@AutoConfiguration
@Import(Draining.class)
class StartConfiguration {}
