package dev.annals.command.identity;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How people are known again.
 *
 * @param bcryptCost the cost of a password's hash, 4 to 16: one more takes twice as long
 * @param sessionLifetime a session's absolute end, however often it is refreshed
 * @param resetLifetime how long a request for a new password is looked after; the link in its mail
 *     is good for 30 minutes
 */
@Validated
@ConfigurationProperties("annals.identity")
public record IdentityProperties(
    @DefaultValue("12") @Min(4) @Max(16) int bcryptCost,
    @DefaultValue("30d") @DurationMin(seconds = 1) Duration sessionLifetime,
    @DefaultValue("1h") @DurationMin(seconds = 1) Duration resetLifetime) {}
