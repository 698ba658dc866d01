package dev.annals.platform.start;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The time between {@code SIGTERM} and the stop of a process.
 *
 * @param drain how long the process serves requests after {@code SIGTERM}, while {@code /readyz}
 *     answers 503
 */
@ConfigurationProperties("annals")
record DrainProperties(@DefaultValue("0s") Duration drain) {}
