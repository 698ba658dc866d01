package dev.annals.eventstore.aggregate;

import dev.annals.base.start.ChassisConfiguration;
import dev.annals.base.web.RequestId;
import dev.annals.eventstore.axon.AxonConfiguration;
import dev.annals.http.security.Caller;
import java.util.HashMap;
import java.util.Map;
import org.axonframework.commandhandling.CommandBus;
import org.axonframework.commandhandling.CommandMessage;
import org.axonframework.commandhandling.gateway.CommandGateway;
import org.axonframework.commandhandling.gateway.DefaultCommandGateway;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

/**
 * Configures the command gateway: it adds the caller and the request id to each command, and
 * retries after a conflict with another instance.
 */
@ChassisConfiguration
@Import({CommandMetrics.class, EventHistory.class, IdempotentCreation.class})
class CommandConfiguration {

  @Bean
  CommandGateway commandGateway(CommandBus commandBus) {
    return DefaultCommandGateway.builder()
        .commandBus(commandBus)
        .retryScheduler(new ConflictRetry())
        .dispatchInterceptors(commands -> (index, command) -> withOrigin(command))
        .build();
  }

  private static CommandMessage<?> withOrigin(CommandMessage<?> command) {
    Map<String, String> origin = new HashMap<>();
    Caller.current()
        .ifPresent(
            caller -> {
              origin.put(AxonConfiguration.ACTOR, caller.userId().toString());
              origin.put(AxonConfiguration.SESSION, caller.sessionId().toString());
            });
    RequestId.current().ifPresent(id -> origin.put(AxonConfiguration.CORRELATION_ID, id));
    return command.andMetaData(origin);
  }
}
