package dev.annals.query.model;

import dev.annals.platform.validation.Tags;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.media.ArraySchema;
import io.swagger.v3.oas.annotations.media.Schema;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Describes the query parameters that all lists of a {@link Selection} take. */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@Parameter(
    name = "page",
    in = ParameterIn.QUERY,
    schema = @Schema(type = "integer", minimum = "0", defaultValue = "0"))
@Parameter(
    name = "size",
    in = ParameterIn.QUERY,
    schema = @Schema(type = "integer", minimum = "1", maximum = "100", defaultValue = "20"))
@Parameter(
    name = "sort",
    in = ParameterIn.QUERY,
    description = "A property and its direction; repeatable, the first one has precedence.",
    example = "title,asc",
    array = @ArraySchema(schema = @Schema(type = "string")))
@Parameter(
    name = "tag",
    in = ParameterIn.QUERY,
    description = "Repeatable; all of them must match.",
    array =
        @ArraySchema(
            maxItems = Tags.MAX_TAGS,
            schema = @Schema(type = "string", minLength = 1, maxLength = Tags.MAX_LENGTH)))
@Parameter(
    name = "q",
    in = ParameterIn.QUERY,
    description =
        "Every word of it, at most 10, must begin some word of the text. The first 2 000 different"
            + " words of a text are searched.",
    schema = @Schema(type = "string", maxLength = Selection.MAX_SEARCH_LENGTH))
@Parameter(
    name = "deleted",
    in = ParameterIn.QUERY,
    description = "Whether to list the trash.",
    schema = @Schema(type = "boolean", defaultValue = "false"))
public @interface SelectionParameters {}
