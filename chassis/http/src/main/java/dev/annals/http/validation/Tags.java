package dev.annals.http.validation;

import jakarta.validation.Constraint;
import jakarta.validation.ConstraintValidator;
import jakarta.validation.ConstraintValidatorContext;
import jakarta.validation.Payload;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A list of at most 20 distinct tags, each a {@link Text#line() line} of 1 to 50 code points. Case
 * is significant. A violation names the invalid tag. {@code null} is valid.
 */
@Documented
@Target({ElementType.FIELD, ElementType.PARAMETER})
@Retention(RetentionPolicy.RUNTIME)
@Constraint(validatedBy = Tags.Check.class)
public @interface Tags {

  int MAX_TAGS = 20;

  /** The maximum number of code points of a tag. */
  int MAX_LENGTH = 50;

  String message() default "must have at most " + MAX_TAGS + " tags";

  Class<?>[] groups() default {};

  Class<? extends Payload>[] payload() default {};

  final class Check implements ConstraintValidator<Tags, List<String>> {

    @Override
    public boolean isValid(List<String> tags, ConstraintValidatorContext context) {
      if (tags == null) {
        return true;
      }
      if (tags.size() > MAX_TAGS) {
        return false;
      }
      context.disableDefaultConstraintViolation();
      boolean valid = true;
      Set<String> seen = new HashSet<>();
      for (int i = 0; i < tags.size(); i++) {
        String violation = violation(tags.get(i), seen);
        if (violation != null) {
          valid = false;
          context
              .buildConstraintViolationWithTemplate(violation)
              .addBeanNode()
              .inIterable()
              .atIndex(i)
              .addConstraintViolation();
        }
      }
      return valid;
    }

    private static String violation(String tag, Set<String> seen) {
      if (tag == null) {
        return "must not be null";
      }
      return Characters.violation(tag, 1, MAX_LENGTH, true)
          .orElseGet(() -> seen.add(tag) ? null : "is a duplicate");
    }
  }
}
