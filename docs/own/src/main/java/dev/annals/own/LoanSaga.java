package dev.annals.own;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import java.time.Instant;
import java.util.UUID;
import org.axonframework.commandhandling.gateway.CommandGateway;
import org.axonframework.config.ProcessingGroup;
import org.axonframework.deadline.DeadlineManager;
import org.axonframework.deadline.annotation.DeadlineHandler;
import org.axonframework.eventhandling.DisallowReplay;
import org.axonframework.modelling.saga.EndSaga;
import org.axonframework.modelling.saga.SagaEventHandler;
import org.axonframework.modelling.saga.SagaLifecycle;
import org.axonframework.modelling.saga.StartSaga;
import org.axonframework.serialization.Revision;
import org.axonframework.spring.stereotype.Saga;

/** Marks a loan as overdue when its due time has passed. Axon needs the class to be public. */
@Saga
@ProcessingGroup("loans")
@DisallowReplay
@Revision("1")
@JsonAutoDetect(fieldVisibility = JsonAutoDetect.Visibility.ANY)
public class LoanSaga {

  private static final String DUE = "loan-due";

  private UUID bookId;
  private String deadline;

  @StartSaga
  @SagaEventHandler(associationProperty = "bookId")
  void on(BookLent event, DeadlineManager deadlines) {
    bookId = event.bookId();
    deadline = deadlines.schedule(event.dueAt(), DUE, event.dueAt());
  }

  @EndSaga
  @SagaEventHandler(associationProperty = "bookId")
  void on(BookReturned event, DeadlineManager deadlines) {
    deadlines.cancelSchedule(DUE, deadline);
  }

  @DeadlineHandler(deadlineName = DUE)
  void due(Instant dueAt, CommandGateway commands) {
    commands.sendAndWait(new BookCommand.MarkOverdue(bookId, dueAt));
    SagaLifecycle.end();
  }
}
