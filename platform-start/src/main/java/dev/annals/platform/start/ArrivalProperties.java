package dev.annals.platform.start;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How long a request may take to arrive, counted from its first byte.
 *
 * @param head how long the head of a request may take in all
 * @param body how long its body may take in all; an uploaded file has one more second for each 64
 *     KiB
 */
@ConfigurationProperties("annals.arrival")
public record ArrivalProperties(
    @DefaultValue("10s") Duration head, @DefaultValue("30s") Duration body) {}
