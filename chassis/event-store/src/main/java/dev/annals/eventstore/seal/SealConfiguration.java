package dev.annals.eventstore.seal;

import dev.annals.base.start.ChassisConfiguration;
import org.springframework.context.annotation.Import;

/** Configures the reading of the sealed tree. */
@ChassisConfiguration
@Import(StoredNodes.class)
class SealConfiguration {}
