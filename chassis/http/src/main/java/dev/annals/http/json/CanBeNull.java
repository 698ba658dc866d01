package dev.annals.http.json;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a nullable property of a request body. The property must still be present, unless it {@link
 * CanBeAbsent}: a component of type {@link java.util.Optional} is then empty for null, and null for
 * an absent property.
 */
@Documented
@Target(ElementType.RECORD_COMPONENT)
@Retention(RetentionPolicy.RUNTIME)
public @interface CanBeNull {}
