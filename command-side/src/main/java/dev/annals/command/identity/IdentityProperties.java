package dev.annals.command.identity;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMin;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * The authentication of users.
 *
 * @param bcryptCost the cost of a password's hash, 4 to 16; each step doubles the time
 * @param sessionLifetime the absolute lifetime of a session, which a refresh does not extend
 * @param resetLifetime how long the mail for a new password is tried; its link is valid for 30
 *     minutes
 */
@Validated
@ConfigurationProperties("annals.identity")
public record IdentityProperties(
    @DefaultValue("12") @Min(4) @Max(16) int bcryptCost,
    @DefaultValue("30d") @DurationMin(seconds = 1) Duration sessionLifetime,
    @DefaultValue("1h") @DurationMin(seconds = 1) Duration resetLifetime) {}
