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
 * How much each policy allows. The defaults are in {@code command-side.yaml}.
 *
 * @param login logins that fail
 * @param forgotPassword mails with a way to a new password that are asked for
 * @param register new accounts
 * @param refresh new access tokens
 * @param verifyEmail mails with a link to verify an address that are asked for
 * @param tasksPerDay tasks that a user creates, by days of UTC
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

  /** What one policy allows; null by what it does not limit. */
  record Allowances(
      @Valid @Nullable Allowance account,
      @Valid @Nullable Allowance address,
      @Valid @Nullable Allowance user) {}

  /**
   * So many within a time.
   *
   * @param capacity how many of it within the window; 0 for any number
   * @param window the time that they are counted in, 1 s to 366 d
   */
  record Allowance(
      @Min(0) @Max(1_000_000) int capacity,
      @NotNull @DurationMin(seconds = 1) @DurationMax(days = 366) Duration window) {}
}
