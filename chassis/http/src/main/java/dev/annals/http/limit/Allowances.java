package dev.annals.http.limit;

import org.springframework.boot.context.properties.NestedConfigurationProperty;
import org.springframework.boot.context.properties.ConfigurationPropertiesSource;
import jakarta.validation.Valid;
import org.jspecify.annotations.Nullable;

/** The allowances of a policy; null where it has no limit. */
@ConfigurationPropertiesSource
public record Allowances(
    @Valid @NestedConfigurationProperty @Nullable Allowance account,
    @Valid @NestedConfigurationProperty @Nullable Allowance address,
    @Valid @NestedConfigurationProperty @Nullable Allowance user) {}
