package dev.annals.platform.openapi;

import dev.annals.platform.problem.Problem;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Declares an endpoint's errors for the OpenAPI document. */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface Refuses {

  /** The errors that do not follow from the endpoint's parameters. */
  Problem[] value();
}
