package dev.annals.platform.web;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonRawValue;
import com.fasterxml.jackson.annotation.JsonValue;

/**
 * A {@link Page} as JSON, for an answer that is sent more than once: what is sent is what was
 * written, and nothing is read or written anew.
 *
 * @param position the page's own
 * @param json the whole page
 */
public record SerializedPage(
    @JsonIgnore Page.Position position, @JsonValue @JsonRawValue String json) {}
