package dev.annals.eventstore.axon;

import dev.annals.base.problem.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.axonframework.commandhandling.CommandMessage;
import org.axonframework.eventsourcing.EventSourcedAggregate;
import org.axonframework.eventsourcing.eventstore.EventStorageEngine;
import org.axonframework.messaging.InterceptorChain;
import org.axonframework.messaging.MessageHandlerInterceptor;
import org.axonframework.messaging.unitofwork.CurrentUnitOfWork;
import org.axonframework.messaging.unitofwork.UnitOfWork;
import org.axonframework.modelling.command.ConcurrencyException;
import org.springframework.beans.factory.ObjectProvider;

/**
 * The cached aggregates that a command decides on without a look for events of other processes. If
 * there are any, the append fails, since their sequence numbers are taken. A refusal, or a decision
 * that changes nothing, is checked after it is made. In both cases the command is repeated.
 */
record CachedStates(ObjectProvider<EventStorageEngine> events)
    implements MessageHandlerInterceptor<CommandMessage<?>> {

  private static final String UNCHECKED = CachedStates.class.getName();

  private record Unchecked(EventSourcedAggregate<?> aggregate, long version) {

    boolean isUnchanged() {
      return aggregate.version() == version;
    }
  }

  /** Leaves the look for newer events to this class. */
  static void add(EventSourcedAggregate<?> aggregate) {
    List<Unchecked> unchecked =
        CurrentUnitOfWork.get().getOrComputeResource(UNCHECKED, key -> new ArrayList<>());
    unchecked.add(new Unchecked(aggregate, aggregate.version()));
  }

  @Override
  public Object handle(UnitOfWork<? extends CommandMessage<?>> unit, InterceptorChain command)
      throws Exception {
    try {
      Object result = command.proceed();
      check(unit, Unchecked::isUnchanged);
      return result;
    } catch (Refusal refused) {
      check(unit, all -> true);
      throw refused;
    }
  }

  private void check(UnitOfWork<?> unit, Predicate<Unchecked> which) {
    List<Unchecked> unchecked = unit.getOrDefaultResource(UNCHECKED, List.of());
    for (Unchecked state : unchecked) {
      if (which.test(state) && last(state.aggregate()) > state.version()) {
        throw new ConcurrencyException("The cached state of an aggregate is not its newest");
      }
    }
  }

  private long last(EventSourcedAggregate<?> aggregate) {
    return events.getObject().lastSequenceNumberFor(aggregate.identifierAsString()).orElse(-1L);
  }
}
