package dev.annals.jobs.schedule;

import dev.annals.base.start.ChassisConfiguration;
import org.springframework.context.annotation.Import;

/** Configures schedules. */
@ChassisConfiguration
@Import({ScheduleController.class, ScheduleHealthIndicator.class, Schedules.class})
class ScheduleConfiguration {}
