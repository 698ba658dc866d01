package dev.annals.events.flag;

import java.util.List;
import java.util.UUID;
import org.axonframework.serialization.Revision;

/**
 * An administrator has said for whom a feature is on.
 *
 * @param percentage of users, 0 to 100; counts while it is enabled
 * @param users for whom it is on in any case
 */
@Revision("1")
public record FlagSwitched(String key, boolean enabled, int percentage, List<UUID> users)
    implements FlagEvent {}
