package dev.annals.command.identity.account;

import jakarta.validation.Constraint;
import jakarta.validation.ConstraintValidator;
import jakarta.validation.ConstraintValidatorContext;
import jakarta.validation.Payload;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Checks for a name of the IANA time zone database, such as {@code Europe/Vienna} or {@code UTC}.
 */
@Constraint(validatedBy = TimeZone.Known.class)
@Target({ElementType.FIELD, ElementType.RECORD_COMPONENT, ElementType.PARAMETER})
@Retention(RetentionPolicy.RUNTIME)
@interface TimeZone {

  String message() default "must be the name of an IANA time zone";

  Class<?>[] groups() default {};

  Class<? extends Payload>[] payload() default {};

  /** Looks the name up in this Java runtime's copy of the database. */
  class Known implements ConstraintValidator<TimeZone, String> {

    @Override
    public boolean isValid(String name, ConstraintValidatorContext context) {
      return name == null || TimeZones.find(name).isPresent();
    }
  }
}
