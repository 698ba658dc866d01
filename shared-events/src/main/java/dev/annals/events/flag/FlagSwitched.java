package dev.annals.events.flag;

import dev.annals.base.flag.FlagChange;
import java.util.List;
import java.util.UUID;
import org.axonframework.serialization.Revision;

/**
 * An administrator switched a feature flag.
 *
 * @param percentage the share of users for whom an enabled flag is on, 0 to 100
 * @param users the users for whom the flag is always on
 */
@Revision("1")
public record FlagSwitched(String key, boolean enabled, int percentage, List<UUID> users)
    implements FlagEvent, FlagChange {}
