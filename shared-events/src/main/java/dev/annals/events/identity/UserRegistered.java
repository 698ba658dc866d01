package dev.annals.events.identity;

import dev.annals.events.Personal;
import dev.annals.events.Subject;
import java.util.Set;
import java.util.UUID;
import org.axonframework.serialization.Revision;

/**
 * A person registered. The password is no part of history.
 *
 * @param dailySummary whether a summary of the day reaches them at first
 * @param timeZone a name of the IANA time zone database
 * @param summaryHour from 0 to 23, in that zone
 */
@Revision("2")
public record UserRegistered(
    @Subject UUID userId,
    @Personal String email,
    @Personal String displayName,
    Set<Role> roles,
    boolean dailySummary,
    String timeZone,
    int summaryHour)
    implements UserEvent {}
