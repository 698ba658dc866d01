package dev.annals.own;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.swagger.v3.oas.annotations.media.Schema;

/** A book. */
@Schema(name = "Book")
record BookView(String id, @JsonUnwrapped BookState state, long version) {}
