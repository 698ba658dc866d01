package dev.annals.jobs.seal;

import dev.annals.base.start.ChassisConfiguration;
import dev.annals.eventstore.axon.EventTableProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Import;

/** Configures the job that seals new events and enters them for auditors. */
@ChassisConfiguration
@EnableConfigurationProperties(EventTableProperties.class)
@Import({AuditEntryWriter.class, EventPartitions.class, Sealer.class})
class SealerConfiguration {}
