package dev.annals.command.role;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.core.type.AnnotatedTypeMetadata;

/** Says the role of the processes that have an endpoint. */
@Documented
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Conditional(ServedBy.InThisProcess.class)
public @interface ServedBy {

  /** The role; the gateway sends there what is asked of the endpoint. */
  ProcessRole value();

  /** Whether this process has the role. */
  final class InThisProcess implements Condition {
    @Override
    public boolean matches(ConditionContext context, AnnotatedTypeMetadata endpoint) {
      return ProcessRole.of(context.getEnvironment())
          .contains(
              endpoint.getAnnotations().get(ServedBy.class).getEnum("value", ProcessRole.class));
    }
  }
}
