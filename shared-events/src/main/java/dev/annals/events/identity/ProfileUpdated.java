package dev.annals.events.identity;

import dev.annals.events.Personal;
import dev.annals.events.Subject;
import java.util.UUID;
import org.axonframework.serialization.Revision;

/**
 * A user set how they are called, and whether, when and where a summary of the day reaches them.
 *
 * @param timeZone a name of the IANA time zone database
 * @param summaryHour from 0 to 23, in that zone
 */
@Revision("1")
public record ProfileUpdated(
    @Subject UUID userId,
    @Personal String displayName,
    boolean dailySummary,
    String timeZone,
    int summaryHour)
    implements UserEvent {}
