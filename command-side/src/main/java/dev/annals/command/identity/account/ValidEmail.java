package dev.annals.command.identity.account;

import dev.annals.jobs.mail.EmailAddress;
import jakarta.validation.Constraint;
import jakarta.validation.ConstraintValidator;
import jakarta.validation.ConstraintValidatorContext;
import jakarta.validation.Payload;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Checks a new user's address: mail can reach it, and it has no quotes. {@code null} is valid. */
@Constraint(validatedBy = ValidEmail.Check.class)
@Target({ElementType.FIELD, ElementType.RECORD_COMPONENT, ElementType.PARAMETER})
@Retention(RetentionPolicy.RUNTIME)
public @interface ValidEmail {

  String message() default
      "must be an e-mail address of at most 254 characters, its part before the @ in ASCII";

  Class<?>[] groups() default {};

  Class<? extends Payload>[] payload() default {};

  class Check implements ConstraintValidator<ValidEmail, String> {

    @Override
    public boolean isValid(String email, ConstraintValidatorContext context) {
      return email == null || allows(email);
    }

    static boolean allows(String email) {
      return EmailAddress.parse(email).filter(EmailAddress::isPlain).isPresent();
    }
  }
}
