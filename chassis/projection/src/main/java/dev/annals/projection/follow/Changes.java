package dev.annals.projection.follow;

import java.util.List;

/**
 * A page of changes, in the order of the newest change of each resource.
 *
 * @param changes each resource once
 * @param next the {@code since} of the next call, whether or not there is more
 * @param more whether a further change follows that this page does not have. If {@code next} is the
 *     {@code since} of the call, the change is still being written: call again after a moment
 */
public record Changes(List<Change> changes, long next, boolean more) {}
