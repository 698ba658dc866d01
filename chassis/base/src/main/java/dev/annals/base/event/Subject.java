package dev.annals.base.event;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks the id (a {@code UUID}) of the user whom an event or a snapshot is about. {@link Personal}
 * fields of the same type are encrypted with that user's key. After the key is destroyed, no
 * further data about the user can be stored.
 */
@Target({ElementType.FIELD, ElementType.RECORD_COMPONENT})
@Retention(RetentionPolicy.RUNTIME)
public @interface Subject {}
