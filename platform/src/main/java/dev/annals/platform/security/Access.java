package dev.annals.platform.security;

import dev.annals.events.identity.Role;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.Optional;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.web.method.HandlerMethod;

/**
 * Declares who may call an endpoint. Every endpoint must have it on its method or its class; the
 * method takes precedence. It is enforced before the request body is read.
 */
@Documented
@Target({ElementType.METHOD, ElementType.TYPE})
@Retention(RetentionPolicy.RUNTIME)
public @interface Access {

  /** Returns the callers that are authorized. */
  To value();

  /** Groups of callers. */
  enum To {
    /** All clients. A token is ignored. */
    PUBLIC,
    /** Callers with a valid token, whatever their roles. */
    AUTHENTICATED,
    /** Callers with the role {@link Role#USER}. */
    USER,
    /** Callers with the role {@link Role#ADMIN}. */
    ADMIN,
    /** Callers with the role {@link Role#AUDITOR}. */
    AUDITOR;

    /**
     * Returns the declaration of an endpoint's method or else of its class, empty if there is none.
     */
    public static Optional<To> of(HandlerMethod endpoint) {
      Access own = AnnotatedElementUtils.findMergedAnnotation(endpoint.getMethod(), Access.class);
      return Optional.ofNullable(
              own != null
                  ? own
                  : AnnotatedElementUtils.findMergedAnnotation(
                      endpoint.getBeanType(), Access.class))
          .map(Access::value);
    }
  }
}
