package dev.annals.events.identity;

import dev.annals.base.event.Personal;
import dev.annals.base.event.Subject;
import dev.annals.base.security.Role;
import java.util.Set;
import java.util.UUID;
import org.axonframework.serialization.Revision;

/**
 * A user registered. Passwords are not stored in events.
 *
 * @param dailySummary whether the user gets a daily summary at first
 * @param timeZone a name of the IANA time zone database
 * @param summaryHour the hour of the summary in that zone, 0 to 23
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
