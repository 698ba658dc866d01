package dev.annals.jobs.seal;

import dev.annals.base.start.ChassisConfiguration;
import org.springframework.context.annotation.Import;

/** Configures the job that seals new events and enters them for auditors. */
@ChassisConfiguration
@Import({AuditEntryWriter.class, Sealer.class})
class SealerConfiguration {}
