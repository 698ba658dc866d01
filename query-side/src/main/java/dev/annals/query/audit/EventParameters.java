package dev.annals.query.audit;

import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.media.Schema;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Describes the query parameters that select events. */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@Parameter(name = "aggregateId", in = ParameterIn.QUERY, schema = @Schema(type = "string"))
@Parameter(
    name = "aggregateType",
    in = ParameterIn.QUERY,
    example = "Task",
    schema = @Schema(type = "string"))
@Parameter(
    name = "type",
    in = ParameterIn.QUERY,
    example = "TaskCompleted",
    schema = @Schema(type = "string"))
@Parameter(
    name = "actor",
    in = ParameterIn.QUERY,
    description = "The id of the user who caused the event.",
    schema = @Schema(type = "string"))
@Parameter(
    name = "correlationId",
    in = ParameterIn.QUERY,
    description = "The X-Request-Id of the request that caused the event.",
    schema = @Schema(type = "string"))
@Parameter(
    name = "from",
    in = ParameterIn.QUERY,
    description = "Inclusive.",
    schema = @Schema(type = "string", format = "date-time"))
@Parameter(
    name = "to",
    in = ParameterIn.QUERY,
    description = "Inclusive.",
    schema = @Schema(type = "string", format = "date-time"))
@Parameter(
    name = "after",
    in = ParameterIn.QUERY,
    description = "Lists only events after this position.",
    schema = @Schema(type = "integer", format = "int64", minimum = "0"))
@interface EventParameters {}
