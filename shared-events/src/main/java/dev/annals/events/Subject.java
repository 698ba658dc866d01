package dev.annals.events;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks the id (a {@code UUID}) of the person whom an event or a snapshot is about. {@link
 * Personal} parts beside it are stored under that person's key; once that is destroyed, nothing
 * about them is stored any more.
 */
@Target({ElementType.FIELD, ElementType.RECORD_COMPONENT})
@Retention(RetentionPolicy.RUNTIME)
public @interface Subject {}
