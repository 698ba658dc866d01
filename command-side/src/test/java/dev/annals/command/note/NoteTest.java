package dev.annals.command.note;

import static dev.annals.base.problem.Problem.NOT_DELETED;
import static dev.annals.base.problem.Problem.NOT_FOUND;
import static dev.annals.base.problem.Problem.PRECONDITION_REQUIRED;
import static dev.annals.base.problem.Problem.STALE_VERSION;
import static dev.annals.base.problem.Problem.VALIDATION;
import static dev.annals.command.Expect.refused;
import static dev.annals.given.NoteBuilder.note;
import static org.assertj.core.api.Assertions.assertThat;
import static org.axonframework.test.matchers.Matchers.matches;

import dev.annals.api.NoteView;
import dev.annals.base.problem.Violation;
import dev.annals.command.note.NoteCommand.CreateNote;
import dev.annals.command.note.NoteCommand.DeleteNote;
import dev.annals.command.note.NoteCommand.RestoreNote;
import dev.annals.command.note.NoteCommand.RevertNote;
import dev.annals.command.note.NoteCommand.UpdateNote;
import dev.annals.events.note.NoteCreated;
import dev.annals.events.note.NoteDeleted;
import dev.annals.events.note.NoteRestored;
import dev.annals.events.note.NoteReverted;
import dev.annals.events.note.NoteUpdated;
import dev.annals.eventstore.aggregate.AggregateReader;
import dev.annals.eventstore.aggregate.EventHistory;
import dev.annals.http.web.IfMatch;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.axonframework.test.aggregate.AggregateTestFixture;
import org.axonframework.test.aggregate.ResultValidator;
import org.hamcrest.Matcher;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NoteTest {

  private static final UUID NOTE = UUID.fromString("00000000-0000-4000-8000-000000000001");
  private static final UUID ANNA = UUID.fromString("00000000-0000-4000-8000-00000000000a");
  private static final UUID BERT = UUID.fromString("00000000-0000-4000-8000-00000000000b");
  private static final Instant NOW = Instant.parse("2026-11-22T05:50:00.123Z");
  private static final IfMatch ABSENT = new IfMatch.Absent();
  private static final IfMatch ANY = new IfMatch.AnyVersion();

  private static final NoteCreated CREATED =
      note().content("Content").tagged("tag").created(NOTE, ANNA);
  private static final NoteDeleted DELETED = new NoteDeleted(NOTE, ANNA);
  private static final NoteRestored RESTORED = new NoteRestored(NOTE, ANNA);

  private final AggregateTestFixture<Note> fixture = new AggregateTestFixture<>(Note.class);

  NoteTest() {
    fixture.registerInjectableResource(new EventHistory(fixture.getEventStore()));
  }

  @Test
  void isCreated() {
    fixture
        .givenCurrentTime(NOW)
        .when(new CreateNote(NOTE, ANNA, note().content("Content").tagged("tag").values()))
        .expectEvents(CREATED)
        .expectResultMessagePayload(view(0, null));
  }

  @Test
  void isUpdatedByItsOwnerAtTheCurrentVersion() {
    fixture
        .given(CREATED)
        .when(update(ANNA, IfMatch.version(0), "New"))
        .expectEvents(note().titled("New").content("Content").tagged("tag").updated(NOTE, ANNA))
        .expectResultMessagePayloadMatching(atVersion(1));
  }

  @Test
  void isUpdatedAtAnyVersionWhenTheConditionIsAStar() {
    fixture
        .given(CREATED, DELETED, RESTORED)
        .when(update(ANNA, ANY, "New"))
        .expectEvents(note().titled("New").content("Content").tagged("tag").updated(NOTE, ANNA));
  }

  @Test
  void storesNothingForAnUpdateThatChangesNothing() {
    fixture
        .given(CREATED)
        .when(update(ANNA, IfMatch.version(0), "Title"))
        .expectNoEvents()
        .expectResultMessagePayloadMatching(atVersion(0));
  }

  @Test
  void isUpdatedWhenOnlyTheOrderOfItsTagsChanges() {
    fixture
        .given(note().content("Content").tagged("a", "b").created(NOTE, ANNA))
        .when(
            new UpdateNote(
                NOTE,
                ANNA,
                IfMatch.version(0),
                note().content("Content").tagged("b", "a").values()))
        .expectEvents(note().content("Content").tagged("b", "a").updated(NOTE, ANNA));
  }

  @Test
  void refusesAnUpdateOfAVersionThatIsNotTheCurrentOne() {
    ResultValidator<Note> result =
        fixture.given(CREATED).when(update(ANNA, IfMatch.version(1), "New"));
    refused(result, STALE_VERSION, Map.of("currentVersion", 0L));
  }

  @Test
  void refusesAnUpdateWithoutACondition() {
    refused(fixture.given(CREATED).when(update(ANNA, ABSENT, "New")), PRECONDITION_REQUIRED);
  }

  @Test
  void isNotFoundForAnotherUserWhateverTheCondition() {
    refused(fixture.given(CREATED).when(update(BERT, ABSENT, "New")), NOT_FOUND);
    refused(fixture.given(CREATED).when(new DeleteNote(NOTE, BERT, ANY)), NOT_FOUND);
    refused(fixture.given(CREATED, DELETED).when(new RestoreNote(NOTE, BERT, ANY)), NOT_FOUND);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\tb", "a\nb", "\u2028", "\u200B", "\u2800"})
  void isRevertedToATitleAndTagsThatRequestsMayNotHaveAnyMore(String old) {
    fixture
        .given(
            note().titled(old).content("Content").tagged(old).created(NOTE, ANNA),
            note().titled("New").content("Content").updated(NOTE, ANNA),
            DELETED,
            RESTORED)
        .when(new RevertNote(NOTE, ANNA, ANY, 0))
        .expectEvents(note().titled(old).content("Content").tagged(old).reverted(NOTE, ANNA, 0))
        .expectResultMessagePayloadMatching(atVersion(4));
  }

  @Test
  void isRevertedToTheValuesOfAnEarlierVersion() {
    NoteUpdated second = note().titled("2").content("b").tagged("y").updated(NOTE, ANNA);
    NoteReverted back = note().content("Content").tagged("tag").reverted(NOTE, ANNA, 0);

    fixture
        .given(CREATED, second)
        .when(new RevertNote(NOTE, ANNA, IfMatch.version(1), 0))
        .expectEvents(back)
        .expectResultMessagePayloadMatching(atVersion(2));
    fixture
        .given(CREATED, second, back)
        .when(new RevertNote(NOTE, ANNA, ANY, 1))
        .expectEvents(note().titled("2").content("b").tagged("y").reverted(NOTE, ANNA, 1));
    fixture
        .given(CREATED, second, back, second)
        .when(new RevertNote(NOTE, ANNA, ANY, 2))
        .expectEvents(note().content("Content").tagged("tag").reverted(NOTE, ANNA, 2));
  }

  @Test
  void isRevertedToTheValuesThatItHadWhenItWasDeletedOrRestored() {
    NoteUpdated last = note().titled("4").updated(NOTE, ANNA);
    for (int version : new int[] {1, 2}) {
      fixture
          .given(CREATED, DELETED, RESTORED, last)
          .when(new RevertNote(NOTE, ANNA, ANY, version))
          .expectEvents(note().content("Content").tagged("tag").reverted(NOTE, ANNA, version));
    }
  }

  @Test
  void storesNothingForARevertThatChangesNothing() {
    fixture
        .given(CREATED, DELETED, RESTORED)
        .when(new RevertNote(NOTE, ANNA, IfMatch.version(2), 0))
        .expectNoEvents()
        .expectResultMessagePayloadMatching(atVersion(2));
  }

  @Test
  void refusesARevertToAnUnknownVersionWhateverTheCondition() {
    refused(
        fixture.given(CREATED).when(new RevertNote(NOTE, ANNA, ABSENT, 1)),
        VALIDATION,
        Map.of(
            "errors",
            List.of(new Violation("/version", "must be at most the current version, 0"))));
    refused(
        fixture.given(CREATED).when(new RevertNote(NOTE, ANNA, ABSENT, 0)), PRECONDITION_REQUIRED);
    refused(
        fixture
            .given(CREATED, DELETED, RESTORED)
            .when(new RevertNote(NOTE, ANNA, IfMatch.version(1), 0)),
        STALE_VERSION,
        Map.of("currentVersion", 2L));
  }

  @Test
  void isNotRevertedByAnotherUserOrInTheTrash() {
    refused(fixture.given(CREATED).when(new RevertNote(NOTE, BERT, ANY, 7)), NOT_FOUND);
    refused(fixture.given(CREATED, DELETED).when(new RevertNote(NOTE, ANNA, ANY, 7)), NOT_FOUND);
  }

  @Test
  void isDeletedOnce() {
    fixture
        .given(CREATED)
        .when(new DeleteNote(NOTE, ANNA, IfMatch.version(0)))
        .expectEvents(DELETED)
        .expectResultMessagePayload(1L);
    refused(fixture.given(CREATED, DELETED).when(new DeleteNote(NOTE, ANNA, ANY)), NOT_FOUND);
  }

  @Test
  void refusesADeletionWithAMissingOrStaleCondition() {
    refused(fixture.given(CREATED).when(new DeleteNote(NOTE, ANNA, ABSENT)), PRECONDITION_REQUIRED);
    refused(
        fixture.given(CREATED).when(new DeleteNote(NOTE, ANNA, IfMatch.version(7))),
        STALE_VERSION,
        Map.of("currentVersion", 0L));
  }

  @Test
  void isNotUpdatedWhileItIsDeleted() {
    refused(fixture.given(CREATED, DELETED).when(update(ANNA, ANY, "New")), NOT_FOUND);
  }

  @Test
  void isViewedWithTheTimeOfItsDeletion() {
    fixture.givenCurrentTime(NOW).andGiven(CREATED);
    assertThat(AggregateReader.of(fixture.getRepository(), NOTE, Note::view))
        .hasValue(view(0, null));
    fixture.givenCurrentTime(NOW).andGiven(CREATED, DELETED);
    assertThat(AggregateReader.of(fixture.getRepository(), NOTE, Note::view))
        .hasValue(view(1, NOW));
  }

  @Test
  void isRestoredFromTheTrash() {
    fixture
        .given(CREATED, DELETED)
        .when(new RestoreNote(NOTE, ANNA, IfMatch.version(1)))
        .expectEvents(RESTORED)
        .expectResultMessagePayloadMatching(atVersion(2));
  }

  @Test
  void refusesARestoreWhenItIsNotDeleted() {
    refused(fixture.given(CREATED).when(new RestoreNote(NOTE, ANNA, ANY)), NOT_DELETED);
  }

  @Test
  void refusesARestoreWithAMissingOrStaleConditionBeforeItsState() {
    refused(
        fixture.given(CREATED).when(new RestoreNote(NOTE, ANNA, ABSENT)), PRECONDITION_REQUIRED);
    refused(
        fixture.given(CREATED).when(new RestoreNote(NOTE, ANNA, IfMatch.version(3))),
        STALE_VERSION,
        Map.of("currentVersion", 0L));
  }

  private static NoteView view(long version, Instant deletedAt) {
    return new NoteView(NOTE.toString(), CREATED.values(), version, NOW, NOW, deletedAt);
  }

  private static UpdateNote update(UUID requester, IfMatch ifMatch, String title) {
    return new UpdateNote(
        NOTE, requester, ifMatch, note().titled(title).content("Content").tagged("tag").values());
  }

  private static Matcher<Object> atVersion(long version) {
    return matches(answer -> answer instanceof NoteView note && note.version() == version);
  }
}
