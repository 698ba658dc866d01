package dev.annals.eventstore.processor;

import java.time.Clock;
import org.axonframework.eventhandling.ErrorContext;
import org.axonframework.eventhandling.ErrorHandler;
import org.axonframework.eventhandling.PropagatingErrorHandler;
import org.axonframework.eventhandling.TrackedEventMessage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.NestedExceptionUtils;

/** Records a processor's failure and rethrows it, so that Axon retries the batch. */
public record RecordingErrorHandler(ProcessorStates states, Clock clock) implements ErrorHandler {

  private static final Logger log = LoggerFactory.getLogger(RecordingErrorHandler.class);

  @Override
  public void handleError(ErrorContext context) throws Exception {
    if (context.failedEvents().get(0) instanceof TrackedEventMessage<?> first) {
      try {
        states.failed(
            context.eventProcessor(),
            new ProcessorFailure(kind(context.error()), position(first), clock.instant()));
      } catch (RuntimeException away) {
        log.debug("The failure of {} cannot be stored", context.eventProcessor(), away);
      }
    }
    PropagatingErrorHandler.instance().handleError(context);
  }

  private static long position(TrackedEventMessage<?> event) {
    return event.trackingToken().position().orElse(0);
  }

  // A message may quote the event.
  private static String kind(Throwable failure) {
    return NestedExceptionUtils.getMostSpecificCause(failure).getClass().getSimpleName();
  }
}
