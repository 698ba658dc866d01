package dev.annals.own;

import static org.axonframework.modelling.command.AggregateLifecycle.apply;
import static org.axonframework.modelling.command.AggregateLifecycle.getVersion;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.annals.base.problem.Problem;
import dev.annals.base.problem.Refusal;
import dev.annals.eventstore.aggregate.Ownership;
import java.util.UUID;
import org.axonframework.commandhandling.CommandHandler;
import org.axonframework.eventsourcing.EventSourcingHandler;
import org.axonframework.modelling.command.AggregateCreationPolicy;
import org.axonframework.modelling.command.AggregateIdentifier;
import org.axonframework.modelling.command.CreationPolicy;
import org.axonframework.serialization.Revision;
import org.axonframework.spring.stereotype.Aggregate;

@Aggregate
@Revision("1")
class Book {

  @AggregateIdentifier private UUID bookId;
  @JsonUnwrapped private Ownership ownership;
  @JsonUnwrapped private BookState state;

  @CommandHandler
  @CreationPolicy(AggregateCreationPolicy.ALWAYS)
  BookView decide(BookCommand.AddBook command) {
    apply(new BookAdded(command.bookId(), command.owner(), command.title(), command.author()));
    return view();
  }

  @CommandHandler
  BookView decide(BookCommand.LendBook command) {
    ownership.requireOwnerOfActive(command.requester(), command.ifMatch());
    if (isLent()) {
      throw new Refusal(Problem.CONFLICT, "The book is lent already.");
    }
    apply(new BookLent(bookId, ownership.ownerId(), command.borrower(), command.dueAt()));
    return view();
  }

  @CommandHandler
  BookView decide(BookCommand.ReturnBook command) {
    ownership.requireOwnerOfActive(command.requester(), command.ifMatch());
    if (!isLent()) {
      throw new Refusal(Problem.CONFLICT, "The book is not lent.");
    }
    apply(new BookReturned(bookId, ownership.ownerId()));
    return view();
  }

  @CommandHandler
  void decide(BookCommand.MarkOverdue command) {
    if (command.dueAt().equals(state.dueAt()) && !state.overdue()) {
      apply(new LoanOverdue(bookId, ownership.ownerId()));
    }
  }

  @EventSourcingHandler
  void evolve(BookEvent event) {
    bookId = event.bookId();
    ownership = new Ownership(event.owner(), false);
    state = BookState.after(state, event);
  }

  private boolean isLent() {
    return state.borrower() != null;
  }

  private BookView view() {
    return new BookView(bookId.toString(), state, getVersion());
  }
}
