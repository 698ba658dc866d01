package dev.annals.http.limit;

import jakarta.validation.Valid;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.NestedConfigurationProperty;

/** The allowances of a policy; null where it has no limit. */
public record Allowances(
    @Valid @NestedConfigurationProperty @Nullable Allowance account,
    @Valid @NestedConfigurationProperty @Nullable Allowance address,
    @Valid @NestedConfigurationProperty @Nullable Allowance user) {}
