package dev.annals.command.webhook;

import jakarta.validation.Constraint;
import jakarta.validation.ConstraintValidator;
import jakarta.validation.ConstraintValidatorContext;
import jakarta.validation.Payload;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Checks for the URL of a receiver, by the rules of {@link Receivers}. {@code null} is valid; other
 * constraints check the length.
 */
@Constraint(validatedBy = ReceiverUrl.Check.class)
@Target({ElementType.FIELD, ElementType.PARAMETER})
@Retention(RetentionPolicy.RUNTIME)
@interface ReceiverUrl {

  /** The maximum length of a URL. */
  int MAX_LENGTH = 2_048;

  /** Not used: each violation has the message of its rule. */
  String message() default "is not allowed";

  Class<?>[] groups() default {};

  Class<? extends Payload>[] payload() default {};

  final class Check implements ConstraintValidator<ReceiverUrl, String> {

    private final Receivers receivers;

    Check(Receivers receivers) {
      this.receivers = receivers;
    }

    @Override
    public boolean isValid(String url, ConstraintValidatorContext context) {
      if (url == null || url.isEmpty() || url.length() > MAX_LENGTH) {
        return true;
      }
      return receivers
          .violation(url)
          .map(
              violation -> {
                context.disableDefaultConstraintViolation();
                context.buildConstraintViolationWithTemplate(violation).addConstraintViolation();
                return false;
              })
          .orElse(true);
    }
  }
}
