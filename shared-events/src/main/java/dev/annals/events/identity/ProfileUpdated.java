package dev.annals.events.identity;

import dev.annals.base.event.Personal;
import dev.annals.base.event.Subject;
import java.util.UUID;
import org.axonframework.serialization.Revision;

/**
 * A user updated their name and the settings of the daily summary.
 *
 * @param timeZone a name of the IANA time zone database
 * @param summaryHour the hour of the summary in that zone, 0 to 23
 */
@Revision("1")
public record ProfileUpdated(
    @Subject UUID userId,
    @Personal String displayName,
    boolean dailySummary,
    String timeZone,
    int summaryHour)
    implements UserEvent {}
