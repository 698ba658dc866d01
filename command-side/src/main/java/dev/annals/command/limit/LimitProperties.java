package dev.annals.command.limit;

import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
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
record LimitProperties(
    @Valid Allowances login,
    @Valid Allowances forgotPassword,
    @Valid Allowances register,
    @Valid Allowances refresh,
    @Valid Allowances verifyEmail,
    @Valid Allowances tasksPerDay) {

  Allowances of(Policy policy) {
    return switch (policy) {
      case LOGIN -> login;
      case FORGOT_PASSWORD -> forgotPassword;
      case REGISTER -> register;
      case REFRESH -> refresh;
      case VERIFY_EMAIL -> verifyEmail;
      case TASKS_PER_DAY -> tasksPerDay;
    };
  }

  /** The allowances of a policy; null where it has no limit. */
  record Allowances(
      @Valid @Nullable Allowance account,
      @Valid @Nullable Allowance address,
      @Valid @Nullable Allowance user) {}

  /**
   * A number of requests within a window.
   *
   * @param capacity the maximum number within the window; 0 for no limit
   * @param window the length of the window, 1 s to 366 d
   */
  record Allowance(
      @Min(0) @Max(1_000_000) int capacity,
      @NotNull @DurationMin(seconds = 1) @DurationMax(days = 366) Duration window) {}
}
