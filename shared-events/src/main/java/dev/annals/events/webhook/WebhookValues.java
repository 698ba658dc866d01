package dev.annals.events.webhook;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.annals.base.event.Personal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The fields of a webhook that its owner sets.
 *
 * @param types the names of the notifications that are delivered; null for all, later ones too
 */
public record WebhookValues(
    @Personal String url,
    @JsonInclude @Nullable List<String> types,
    @Personal String description) {}
