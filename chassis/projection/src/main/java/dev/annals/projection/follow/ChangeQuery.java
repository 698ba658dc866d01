package dev.annals.projection.follow;

import dev.annals.http.web.QueryParameters;
import org.hibernate.validator.constraints.Range;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The parameters of a page of changes.
 *
 * @param since the {@code next} of the page before, or the sequence of a notification; 0 begins
 *     with the oldest item
 * @param limit the maximum number of changes
 */
public record ChangeQuery(
    @DefaultValue("0") long since, @DefaultValue("100") @Range(min = 1, max = 500) int limit)
    implements QueryParameters {}
