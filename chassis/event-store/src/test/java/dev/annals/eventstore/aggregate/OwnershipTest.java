package dev.annals.eventstore.aggregate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.annals.base.problem.Problem;
import dev.annals.base.problem.ProblemType;
import dev.annals.base.problem.Refusal;
import dev.annals.http.web.IfMatch;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import org.axonframework.commandhandling.CommandHandler;
import org.axonframework.eventsourcing.EventSourcingHandler;
import org.axonframework.modelling.command.AggregateIdentifier;
import org.axonframework.modelling.command.TargetAggregateIdentifier;
import org.axonframework.test.aggregate.AggregateTestFixture;
import org.junit.jupiter.api.Test;

class OwnershipTest {

  private static final UUID ID = new UUID(0, 1);
  private static final UUID ANNA = new UUID(0, 2);
  private static final UUID BERT = new UUID(0, 3);
  private static final Ownership ACTIVE = new Ownership(ANNA, false);
  private static final Ownership DELETED = ACTIVE.deleted(true);
  private static final IfMatch FIRST = IfMatch.version(0);
  private static final IfMatch STALE = IfMatch.version(7);
  private static final IfMatch ABSENT = IfMatch.parse(List.of());

  @Test
  void allowsTheOwnerOfAnActiveAggregate() {
    ACTIVE.requireOwnerOfActive(ANNA);
    DELETED.deleted(false).requireOwnerOfActive(ANNA);
    inScope(() -> ACTIVE.requireOwnerOfActive(ANNA, FIRST));
  }

  @Test
  void allowsTheOwnerOfADeletedAggregate() {
    inScope(() -> DELETED.requireOwnerOfDeleted(ANNA, FIRST, "note"));
  }

  @Test
  void refusesOtherUsersFirst() {
    assertRefused(() -> ACTIVE.requireOwnerOfActive(BERT), Problem.NOT_FOUND);
    assertRefused(() -> ACTIVE.requireOwnerOfActive(BERT, STALE), Problem.NOT_FOUND);
    assertRefused(() -> ACTIVE.requireOwnerOfDeleted(BERT, STALE, "note"), Problem.NOT_FOUND);
    assertRefused(() -> DELETED.requireOwnerOfDeleted(BERT, STALE, "note"), Problem.NOT_FOUND);
  }

  @Test
  void refusesADeletedAggregateBeforeItsVersion() {
    assertRefused(() -> DELETED.requireOwnerOfActive(ANNA), Problem.NOT_FOUND);
    assertRefused(() -> DELETED.requireOwnerOfActive(ANNA, STALE), Problem.NOT_FOUND);
  }

  @Test
  void refusesAnotherVersionOrNone() {
    assertRefused(() -> ACTIVE.requireOwnerOfActive(ANNA, STALE), Problem.STALE_VERSION);
    assertRefused(() -> ACTIVE.requireOwnerOfActive(ANNA, ABSENT), Problem.PRECONDITION_REQUIRED);
    for (Ownership each : List.of(ACTIVE, DELETED)) {
      assertRefused(() -> each.requireOwnerOfDeleted(ANNA, STALE, "note"), Problem.STALE_VERSION);
      assertRefused(
          () -> each.requireOwnerOfDeleted(ANNA, ABSENT, "note"), Problem.PRECONDITION_REQUIRED);
    }
  }

  @Test
  void refusesToTakeAnActiveAggregateOutOfTheTrash() {
    assertThat(
            assertRefused(
                () -> ACTIVE.requireOwnerOfDeleted(ANNA, FIRST, "note"), Problem.NOT_DELETED))
        .hasMessage("The note is not in the trash.");
  }

  private static Refusal assertRefused(Runnable check, ProblemType problem) {
    Refusal refusal = catchThrowableOfType(Refusal.class, () -> inScope(check));
    assertThat(refusal.problem()).isEqualTo(problem);
    return refusal;
  }

  /** Runs a check in an aggregate of version 0. */
  private static void inScope(Runnable check) {
    Throwable[] failure = new Throwable[1];
    Consumer<Throwable> failed = it -> failure[0] = it;
    new AggregateTestFixture<>(Thing.class)
        .given(new Created(ID))
        .when(new Check(ID, check, failed))
        .expectSuccessfulHandlerExecution();
    if (failure[0] instanceof RuntimeException it) {
      throw it;
    }
  }

  record Created(UUID id) {}

  record Check(@TargetAggregateIdentifier UUID id, Runnable check, Consumer<Throwable> failed) {}

  static class Thing {

    @AggregateIdentifier UUID id;

    @CommandHandler
    void handle(Check command) {
      try {
        command.check().run();
      } catch (RuntimeException e) {
        command.failed().accept(e);
      }
    }

    @EventSourcingHandler
    void on(Created event) {
      id = event.id();
    }
  }
}
