package dev.annals.http.openapi;

import dev.annals.base.problem.Problem;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Declares an endpoint's errors for the OpenAPI document. It also marks the annotation of a product
 * for the product's own errors, whose {@code value} is an array of its enum.
 */
@Documented
@Target({ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
public @interface Refuses {

  /** The errors that do not follow from the endpoint's parameters. */
  Problem[] value() default {};
}
