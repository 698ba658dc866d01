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
 * Says who may call an endpoint; every endpoint has it, on its method or its class, the method's
 * counting first. It is enforced before the request's body is looked at.
 */
@Documented
@Target({ElementType.METHOD, ElementType.TYPE})
@Retention(RetentionPolicy.RUNTIME)
public @interface Access {

  /** Who is let in. */
  To value();

  /** The circles of callers. */
  enum To {
    /** Anybody, without a token; a token that is sent along is not looked at. */
    PUBLIC,
    /** Whoever has a valid token, whatever their roles. */
    AUTHENTICATED,
    /** Callers with the role {@link Role#USER}. */
    USER,
    /** Callers with the role {@link Role#ADMIN}. */
    ADMIN,
    /** Callers with the role {@link Role#AUDITOR}. */
    AUDITOR;

    /** What an endpoint says, by its method or else its class; nothing if it does not say. */
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
