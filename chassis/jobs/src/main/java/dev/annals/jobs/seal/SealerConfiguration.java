package dev.annals.jobs.seal;

import dev.annals.base.start.ChassisConfiguration;
import org.springframework.context.annotation.Import;

/** Configures the job that seals new events. */
@ChassisConfiguration
@Import(Sealer.class)
class SealerConfiguration {}
