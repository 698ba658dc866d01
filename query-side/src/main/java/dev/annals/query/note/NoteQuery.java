package dev.annals.query.note;

import dev.annals.http.web.Paging;
import dev.annals.http.web.Sort;
import dev.annals.projection.list.Selection;
import dev.annals.projection.resource.ListQuery;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The parameters of the list of notes.
 *
 * @param sort a property and its direction; the first one has precedence
 */
record NoteQuery(
    Selection selection,
    Paging paging,
    @Sort.By({"title", "createdAt", "updatedAt"}) @DefaultValue("updatedAt,desc") Sort sort)
    implements ListQuery {}
