package dev.annals.base.event;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks personal data: a {@code String} or a {@code List<String>} that is stored encrypted with the
 * key of the {@link Subject} of the same type. After the key is destroyed it reads {@value
 * #ERASED}.
 */
@Target({ElementType.FIELD, ElementType.RECORD_COMPONENT})
@Retention(RetentionPolicy.RUNTIME)
public @interface Personal {

  /** The value of personal data whose key is destroyed. */
  String ERASED = "[erased]";
}
