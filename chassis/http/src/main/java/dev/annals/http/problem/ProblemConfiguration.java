package dev.annals.http.problem;

import dev.annals.base.start.ChassisConfiguration;
import org.springframework.context.annotation.Import;

/** Configures problem documents. */
@ChassisConfiguration
@Import(ProblemAdvice.class)
class ProblemConfiguration {}
