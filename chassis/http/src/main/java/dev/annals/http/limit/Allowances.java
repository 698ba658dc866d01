package dev.annals.http.limit;

import jakarta.validation.Valid;
import org.jspecify.annotations.Nullable;

/** The allowances of a policy; null where it has no limit. */
public record Allowances(
    @Valid @Nullable Allowance account,
    @Valid @Nullable Allowance address,
    @Valid @Nullable Allowance user) {}
