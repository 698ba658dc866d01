package dev.annals.projection.resource;

import dev.annals.base.start.ChassisConfiguration;
import org.springframework.context.annotation.Import;

/** Configures the queries that all resources share. */
@ChassisConfiguration
@Import(ResourceServices.class)
class ResourceConfiguration {}
