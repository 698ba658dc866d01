package dev.annals.query.history;

import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.media.Schema;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Describes the query parameters of a {@link PointInTime}. */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@Parameter(
    name = "version",
    in = ParameterIn.QUERY,
    description = "Returns the state at that version.",
    schema = @Schema(type = "integer", format = "int64", minimum = "0"))
@Parameter(
    name = "asOf",
    in = ParameterIn.QUERY,
    description = "Returns the state at that time; not together with version.",
    schema = @Schema(type = "string", format = "date-time"))
public @interface PointInTimeParameters {}
