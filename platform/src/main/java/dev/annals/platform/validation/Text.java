package dev.annals.platform.validation;

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
 * Text for people: so and so many Unicode code points, with neither NUL (which PostgreSQL cannot
 * keep) nor unpaired surrogates (which UTF-8 cannot). Nothing is trimmed. {@code null} is valid.
 */
@Documented
@Target({ElementType.FIELD, ElementType.PARAMETER, ElementType.TYPE_USE})
@Retention(RetentionPolicy.RUNTIME)
@Constraint(validatedBy = Text.Check.class)
public @interface Text {

  /** The fewest code points. */
  int min() default 0;

  /** The most code points. */
  int max();

  /**
   * Whether the text is one line that people can see: without control characters (tabs included)
   * and separators of lines or paragraphs, and with at least one character that is neither white
   * space, nor ignored by default, nor a format character, nor the blank Braille pattern (U+2800).
   */
  boolean line() default false;

  /** Not used: the message says which of the rules is broken. */
  String message() default "is not allowed";

  /** See Jakarta Validation. */
  Class<?>[] groups() default {};

  /** See Jakarta Validation. */
  Class<? extends Payload>[] payload() default {};

  /** Checks it. */
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
