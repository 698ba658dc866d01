package dev.annals.command.identity;

import dev.annals.platform.web.IfMatch;
import java.util.UUID;
import org.axonframework.modelling.command.TargetAggregateIdentifier;
import org.jspecify.annotations.Nullable;

/** What is null stays as it is. */
record UpdateProfile(
    @TargetAggregateIdentifier UUID userId,
    IfMatch ifMatch,
    String displayName,
    boolean dailySummary,
    @Nullable String timeZone,
    @Nullable Integer summaryHour) {}
