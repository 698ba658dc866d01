package dev.annals.command;

import dev.annals.http.openapi.Refuses;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Declares the errors that only commands have, beside those of {@link Refuses}. */
@Documented
@Refuses
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface RefusesCommand {

  CommandProblem[] value();
}
