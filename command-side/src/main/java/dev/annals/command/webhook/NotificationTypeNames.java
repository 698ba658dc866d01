package dev.annals.command.webhook;

import dev.annals.api.NotificationTypes;
import jakarta.validation.Constraint;
import jakarta.validation.ConstraintValidator;
import jakarta.validation.ConstraintValidatorContext;
import jakarta.validation.Payload;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Checks for one or more distinct names of notifications. A violation names the invalid one. {@code
 * null} is valid.
 */
@Constraint(validatedBy = NotificationTypeNames.Check.class)
@Target({ElementType.FIELD, ElementType.PARAMETER})
@Retention(RetentionPolicy.RUNTIME)
@interface NotificationTypeNames {

  String message() default "must name a type, or be null for all";

  Class<?>[] groups() default {};

  Class<? extends Payload>[] payload() default {};

  final class Check implements ConstraintValidator<NotificationTypeNames, List<String>> {

    @Override
    public boolean isValid(List<String> names, ConstraintValidatorContext context) {
      if (names == null) {
        return true;
      }
      if (names.isEmpty()) {
        return false;
      }
      context.disableDefaultConstraintViolation();
      boolean valid = true;
      Set<String> seen = new HashSet<>();
      for (int i = 0; i < names.size(); i++) {
        boolean known = NotificationTypes.NAMES.contains(names.get(i));
        if (!known || !seen.add(names.get(i))) {
          valid = false;
          context
              .buildConstraintViolationWithTemplate(
                  known ? "is a duplicate" : "must be the type of a notification")
              .addBeanNode()
              .inIterable()
              .atIndex(i)
              .addConstraintViolation();
        }
      }
      return valid;
    }
  }
}
