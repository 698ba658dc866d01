package dev.annals.own;

import dev.annals.eventstore.aggregate.IdempotentCreation;
import dev.annals.http.security.Caller;
import dev.annals.http.validation.Text;
import dev.annals.http.web.ChangeResponses;
import dev.annals.http.web.ConsistencyToken;
import dev.annals.http.web.IdempotencyKey;
import dev.annals.http.web.IfMatch;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.net.URI;
import java.time.Instant;
import java.util.UUID;
import java.util.function.Supplier;
import org.axonframework.commandhandling.gateway.CommandGateway;
import org.axonframework.eventhandling.DomainEventMessage;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Changes the books of the caller. */
@RestController
@Tag(name = "Books")
@RequestMapping(path = "/books", produces = MediaType.APPLICATION_JSON_VALUE)
record BookController(CommandGateway commands, IdempotentCreation creation) {

  record NewBook(
      @Text(min = 1, max = 200, line = true) String title,
      @Text(min = 1, max = 200, line = true) String author) {}

  record Loan(@Text(min = 1, max = 100, line = true) String borrower, Instant dueAt) {}

  /** Adds a book. */
  @ResponseStatus(HttpStatus.CREATED)
  @PostMapping(consumes = MediaType.APPLICATION_JSON_VALUE)
  ResponseEntity<BookView> add(@RequestBody NewBook body, IdempotencyKey key, Caller caller) {
    UUID owner = caller.userId();
    UUID id = IdempotentCreation.id(owner, "/books", key);
    BookCommand command = new BookCommand.AddBook(id, owner, body.title(), body.author());
    BookView book =
        creation.create(key, owner, id, body, command, BookController::original, Supplier::get);
    return ChangeResponses.created(URI.create("/books/" + id), token(book), book);
  }

  /** Lends a book to a friend. A loan that is due already becomes overdue at once. */
  @PostMapping(path = "/{id}/loan", consumes = MediaType.APPLICATION_JSON_VALUE)
  ResponseEntity<BookView> lend(
      @RequestBody Loan body, IfMatch ifMatch, @PathVariable UUID id, Caller caller) {
    return ok(
        new BookCommand.LendBook(id, caller.userId(), ifMatch, body.borrower(), body.dueAt()));
  }

  /** Ends the loan of a book. */
  @DeleteMapping("/{id}/loan")
  ResponseEntity<BookView> giveBack(IfMatch ifMatch, @PathVariable UUID id, Caller caller) {
    return ok(new BookCommand.ReturnBook(id, caller.userId(), ifMatch));
  }

  private ResponseEntity<BookView> ok(BookCommand command) {
    BookView book = commands.sendAndWait(command);
    return ChangeResponses.ok(token(book), book);
  }

  private static BookView original(DomainEventMessage<?> event) {
    BookState state = BookState.after(null, (BookEvent) event.getPayload());
    return new BookView(event.getAggregateIdentifier(), state, 0);
  }

  private static ConsistencyToken token(BookView book) {
    return ConsistencyToken.of(BookProjection.KIND, UUID.fromString(book.id()), book.version());
  }
}
