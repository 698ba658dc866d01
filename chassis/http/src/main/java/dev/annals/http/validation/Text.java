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

/**
 * Text with a bounded number of Unicode code points, without NUL (which PostgreSQL cannot store)
 * and unpaired surrogates (which UTF-8 cannot encode). It is not trimmed. {@code null} is valid.
 */
@Documented
@Target({ElementType.FIELD, ElementType.PARAMETER, ElementType.TYPE_USE})
@Retention(RetentionPolicy.RUNTIME)
@Constraint(validatedBy = Text.Check.class)
public @interface Text {

  int min() default 0;

  int max();

  /**
   * Whether the text must be one visible line: without control characters (tabs included) and line
   * or paragraph separators, and with at least one character that is neither white space, nor
   * ignored by default, nor a format character, nor the blank Braille pattern (U+2800).
   */
  boolean line() default false;

  /** Not used: each violation has the message of its rule. */
  String message() default "is not allowed";

  Class<?>[] groups() default {};

  Class<? extends Payload>[] payload() default {};

  final class Check implements ConstraintValidator<Text, String> {

    private Text rule;

    @Override
    public void initialize(Text text) {
      this.rule = text;
    }

    @Override
    public boolean isValid(String text, ConstraintValidatorContext context) {
      if (text == null) {
        return true;
      }
      return Characters.violation(text, rule.min(), rule.max(), rule.line())
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
