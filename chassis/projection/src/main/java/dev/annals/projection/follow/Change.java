package dev.annals.projection.follow;

import org.jspecify.annotations.Nullable;

/**
 * The newest state of a resource that changed.
 *
 * @param kind the type of the resource, in lower case
 * @param version the version that is shown. It can be newer than the change that the page has
 *     reached
 * @param deleted whether it is in the trash
 * @param resource as {@code GET} shows it; null if it is in the trash
 */
public record Change(
    String kind, String id, long version, boolean deleted, @Nullable Object resource) {}
