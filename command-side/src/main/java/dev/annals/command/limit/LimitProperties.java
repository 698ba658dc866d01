package dev.annals.command.limit;

import dev.annals.http.limit.Allowances;
import dev.annals.http.limit.RateLimits;
import jakarta.validation.Valid;
import java.util.Map;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.NestedConfigurationProperty;
import org.springframework.validation.annotation.Validated;

/**
 * The allowances of each policy. The defaults are in {@code command-side.yaml}.
 *
 * @param login failed logins
 * @param forgotPassword requests for mails that reset a password
 * @param register new accounts
 * @param refresh refreshed access tokens
 * @param verifyEmail requests for mails that verify an address
 * @param tasksPerDay tasks that a user creates in a day (UTC)
 */
@Validated
@ConfigurationProperties("annals.limits")
public record LimitProperties(
    @Valid @NestedConfigurationProperty Allowances login,
    @Valid @NestedConfigurationProperty Allowances forgotPassword,
    @Valid @NestedConfigurationProperty Allowances register,
    @Valid @NestedConfigurationProperty Allowances refresh,
    @Valid @NestedConfigurationProperty Allowances verifyEmail,
    @Valid @NestedConfigurationProperty Allowances tasksPerDay) {

  public RateLimits table() {
    return new RateLimits(
        Map.of(
            Policy.LOGIN, login,
            Policy.FORGOT_PASSWORD, forgotPassword,
            Policy.REGISTER, register,
            Policy.REFRESH, refresh,
            Policy.VERIFY_EMAIL, verifyEmail,
            Policy.TASKS_PER_DAY, tasksPerDay));
  }
}
