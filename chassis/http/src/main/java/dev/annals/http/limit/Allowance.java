package dev.annals.http.limit;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;

/**
 * A number of requests within a window.
 *
 * @param capacity the maximum number within the window; 0 for no limit
 * @param window the length of the window, 1 s to 366 d
 */
public record Allowance(
    @Min(0) @Max(1_000_000) int capacity,
    @NotNull @DurationMin(seconds = 1) @DurationMax(days = 366) Duration window) {}
