package dev.annals.jobs.role;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.core.type.AnnotatedTypeMetadata;

/** Declares the role of the processes that serve a controller. */
@Documented
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Conditional(ServedBy.InThisProcess.class)
public @interface ServedBy {

  /** The role. The gateway routes the controller's requests to its processes. */
  ProcessRole value();

  /** Matches if this process has the role. */
  final class InThisProcess implements Condition {
    @Override
    public boolean matches(ConditionContext context, AnnotatedTypeMetadata endpoint) {
      return ProcessRole.of(context.getEnvironment())
          .contains(
              endpoint.getAnnotations().get(ServedBy.class).getEnum("value", ProcessRole.class));
    }
  }
}
