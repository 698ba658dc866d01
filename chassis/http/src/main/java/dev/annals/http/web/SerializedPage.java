package dev.annals.http.web;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonRawValue;
import com.fasterxml.jackson.annotation.JsonValue;

/**
 * A {@link Page} that is already serialized, for cached responses.
 *
 * @param position the page's position
 * @param json the whole page as JSON
 */
public record SerializedPage(
    @JsonIgnore Page.Position position, @JsonValue @JsonRawValue String json) {}
