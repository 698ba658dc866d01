package dev.annals.eventstore.axon;

import java.lang.reflect.Method;
import org.axonframework.commandhandling.CommandMessage;
import org.axonframework.modelling.command.CommandTargetResolver;
import org.axonframework.modelling.command.TargetAggregateIdentifier;
import org.axonframework.modelling.command.VersionedAggregateIdentifier;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.util.ReflectionUtils;

/**
 * Finds the aggregate of a command by its method with {@link TargetAggregateIdentifier}. Axon's own
 * resolver searches all members of a command's class again for each command.
 */
final class CommandTargets implements CommandTargetResolver {

  private static final ClassValue<Method> TARGETS =
      new ClassValue<>() {
        @Override
        protected Method computeValue(Class<?> command) {
          Method target =
              MethodIntrospector.selectMethods(
                      command,
                      (Method method) ->
                          AnnotatedElementUtils.hasAnnotation(
                              method, TargetAggregateIdentifier.class))
                  .stream()
                  .findFirst()
                  .orElseThrow(() -> new IllegalArgumentException(command + " has no target"));
          ReflectionUtils.makeAccessible(target);
          return target;
        }
      };

  @Override
  public VersionedAggregateIdentifier resolveTarget(CommandMessage<?> command) {
    Method target = TARGETS.get(command.getPayloadType());
    return new VersionedAggregateIdentifier(
        ReflectionUtils.invokeMethod(target, command.getPayload()), null);
  }
}
