package dev.annals.events;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks personal data: a {@code String} or a {@code List<String>} that is stored encrypted under
 * the key of the {@link Subject} beside it, and reads {@value #ERASED} once that key is destroyed.
 */
@Target({ElementType.FIELD, ElementType.RECORD_COMPONENT})
@Retention(RetentionPolicy.RUNTIME)
public @interface Personal {

  /** What stands in the place of personal data whose key is gone. */
  String ERASED = "[erased]";
}
