package dev.annals.platform.start;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How a process stops.
 *
 * @param drain how long it goes on serving after {@code SIGTERM}, while {@code /readyz} says that
 *     it is about to stop
 */
@ConfigurationProperties("annals")
record DrainProperties(@DefaultValue("0s") Duration drain) {}
