package dev.annals.query.note;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.annals.api.NoteView;
import dev.annals.base.problem.Refusal;
import dev.annals.base.problem.Violation;
import dev.annals.events.note.NoteDeleted;
import dev.annals.events.note.NoteEvent;
import dev.annals.given.NoteBuilder;
import dev.annals.http.web.Page;
import dev.annals.http.web.QueryReader;
import dev.annals.projection.list.Selection;
import dev.annals.projection.model.ReadModel;
import dev.annals.projection.model.TestMongo;
import dev.annals.projection.resource.ResourceQueries;
import dev.annals.query.Delivery;
import dev.annals.query.Stream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NoteQueriesTest {

  private static final UUID ANN = new UUID(1, 1);
  private static final UUID BEN = new UUID(1, 2);

  private final TestMongo mongo = new TestMongo();
  private final ReadModel<NoteDocument> model =
      new ReadModel<>(
          TestMongo.services(mongo.database()),
          "notes",
          1,
          NoteDocument.class,
          NoteProjection.NOTES.indexes());
  private final Delivery delivery = new Delivery(new NoteProjection(model), mongo);
  private final ResourceQueries<NoteDocument, NoteView> notes =
      new ResourceQueries<>(NoteProjection.NOTES, model);

  @AfterEach
  void close() {
    mongo.close();
  }

  @Test
  void findsANoteForItsOwnerAlone() {
    note(1, ANN, "Mine", "content", "a", "b");

    assertThat(notes.find(ANN, id(1)).map(NoteDocument::view))
        .contains(
            new NoteView(
                id(1).toString(),
                NoteBuilder.note().titled("Mine").content("content").tagged("a", "b").values(),
                0,
                Stream.START,
                Stream.START,
                null));
    assertThat(notes.find(BEN, id(1))).isEmpty();
    assertThat(notes.find(ANN, id(2))).isEmpty();
  }

  @Test
  void listsADeletedNoteInTheTrashAlone() {
    note(1, ANN, "Kept", "");
    deliver(NoteBuilder.note().titled("Gone").created(id(2), ANN), new NoteDeleted(id(2), ANN));

    assertThat(notes.find(ANN, id(2))).isEmpty();
    assertThat(titles("")).containsExactly("Kept");
    assertThat(titles("deleted=false")).containsExactly("Kept");
    assertThat(titles("deleted=true")).containsExactly("Gone");
    assertThat(list(ANN, "deleted=true").content().get(0).deletedAt())
        .isEqualTo(Stream.START.plusSeconds(1));
  }

  @Test
  void listsTheNotesOfOneOwner() {
    note(1, ANN, "Ann's", "");
    note(2, BEN, "Ben's", "");

    assertThat(titles("")).containsExactly("Ann's");
    assertThat(list(BEN, "").content())
        .extracting(note -> note.values().title())
        .containsExactly("Ben's");
    assertThat(list(new UUID(1, 3), "").page()).isEqualTo(new Page.Position(20, 0, 0, 0));
  }

  @Test
  void pagesAreConsecutiveAndEmptyPastTheEnd() {
    for (int i = 0; i < 5; i++) {
      note(i, ANN, "n" + i, "");
    }

    assertThat(titles("sort=title,asc&size=2")).containsExactly("n0", "n1");
    assertThat(titles("sort=title,asc&size=2&page=1")).containsExactly("n2", "n3");
    assertThat(titles("sort=title,asc&size=2&page=2")).containsExactly("n4");
    assertThat(titles("size=2&page=3")).isEmpty();
    assertThat(list(ANN, "size=2&page=3").page()).isEqualTo(new Page.Position(2, 3, 5, 3));
    assertThat(titles("size=100&page=42949672960")).isEmpty();
  }

  @Test
  void sortsByTheLatestChangeByDefault() {
    note(1, ANN, "old", "");
    note(2, ANN, "also old", "");
    deliver(
        NoteBuilder.note().titled("x").created(id(3), ANN),
        NoteBuilder.note().titled("changed").updated(id(3), ANN));

    assertThat(titles("")).containsExactly("changed", "also old", "old");
  }

  @ParameterizedTest
  @CsvSource({
    "'title,asc', '1 3 2 4'",
    "'title,desc', '4 2 3 1'",
    "'createdAt,asc', '1 2 3 4'",
    "'createdAt,desc', '4 3 2 1'",
    "'updatedAt,asc', '1 3 2 4'",
    "'updatedAt,desc', '4 2 3 1'"
  })
  void sortsInBothDirectionsAndTiesByIdInTheDirectionOfTheLastKey(String sort, String expected) {
    note(3, ANN, "a", "");
    note(1, ANN, "a", "");
    deliver(
        NoteBuilder.note().titled("b").created(id(2), ANN),
        NoteBuilder.note().titled("b").content("x").updated(id(2), ANN));
    deliver(
        NoteBuilder.note().titled("c").created(id(4), ANN),
        NoteBuilder.note().titled("c").content("x").updated(id(4), ANN),
        NoteBuilder.note().titled("c").content("y").updated(id(4), ANN));

    assertThat(ids("sort=" + sort)).isEqualTo(expected);
  }

  @Test
  void appliesSeveralSortsInTheirOrder() {
    note(1, ANN, "a", "");
    deliver(
        NoteBuilder.note().titled("a").created(id(2), ANN),
        NoteBuilder.note().titled("a").content("x").updated(id(2), ANN));
    note(3, ANN, "b", "");

    assertThat(ids("sort=title,asc&sort=updatedAt,desc")).isEqualTo("2 1 3");
    assertThat(ids("sort=updatedAt,desc&sort=title,desc")).isEqualTo("2 3 1");
  }

  @Test
  void sortsTitlesByCodePoint() {
    note(1, ANN, "😀", "");
    note(2, ANN, "Ａ", "");
    note(3, ANN, "é", "");
    note(4, ANN, "a", "");
    note(5, ANN, "B", "");
    note(6, ANN, "\uE000", "");

    assertThat(titles("sort=title,asc")).containsExactly("B", "a", "é", "\uE000", "Ａ", "😀");
    assertThat(titles("sort=title,desc")).containsExactly("😀", "Ａ", "\uE000", "é", "a", "B");
  }

  @Test
  void filtersByAllTagsAndTakesACommaAsPartOfATag() {
    note(1, ANN, "one", "", "a", "b");
    note(2, ANN, "two", "", "a");
    note(3, ANN, "three", "", "a,b");

    assertThat(titles("tag=a&sort=title,asc")).containsExactly("one", "two");
    assertThat(titles("tag=a&tag=b")).containsExactly("one");
    assertThat(titles("tag=a,b")).containsExactly("three");
    assertThat(titles("tag=A")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "'plan', true",
    "'PLAN', true",
    "'pl', true",
    "'lan', false",
    "'ｐｌａｎ', true",
    "'plan holiday', true",
    "'holiday,plan', true",
    "'plan work', false",
    "'fin', true",
    "'2027', true",
    "'202', true",
    "'grüs', true",
    "'GRÜSSE', true",
    "'grüsf', false",
    "'νος', true",
    "'ΝΌΣ', false",
    "'p.an', false",
    "'.*', true",
    "'', true",
    "'   ', true",
    "'😀', true"
  })
  void findsNotesInWhichEachSearchWordBeginsAWord(String q, boolean found) {
    note(1, ANN, "Ｐｌａｎ 2027", "the Holiday: ﬁnally! GRÜẞE ΝΟΣΟΚΟΜΕΙΟ");

    assertThat(titles("q=" + URLEncoder.encode(q, StandardCharsets.UTF_8))).hasSize(found ? 1 : 0);
  }

  @Test
  void refusesMoreThanTenSearchWordsOrTwentyTags() {
    note(1, ANN, "a bb ccc dddd eeeee ffffff", "g h i j k");

    assertThat(titles("q=a+b+c+d+e+f+g+h+i+j")).hasSize(1);
    assertThat(refused("q=a+b+c+d+e+f+g+h+i+j+k")).isEqualTo("?q");
    assertThat(refused("q=" + "a+".repeat(11))).isEqualTo("?q");
    assertThat(titles("tag=a".concat("&tag=b".repeat(19)))).isEmpty();
    assertThat(refused("tag=a".concat("&tag=b".repeat(20)))).isEqualTo("?tag");
  }

  @Test
  void searchesForTheLongestWordFirstAndOmitsPrefixesOfOthers() {
    String filter =
        QueryReader.read("q=a+Milk+bread+mil+milk+br", NoteQuery.class)
            .filter(ANN)
            .toBsonDocument()
            .toJson();

    assertThat(Pattern.compile("\\^\\w+").matcher(filter).results().map(MatchResult::group))
        .containsExactly("^bread", "^milk", "^a");
  }

  @Test
  void refusesTheFifthSearchOfAUserAtATimeButNoOtherList() {
    Selection search = QueryReader.read("q=milk", Selection.class);
    Selection all = QueryReader.read("", Selection.class);

    assertThat(
            within(
                4,
                search,
                () -> List.of(listed(ANN, search), listed(ANN, all), listed(BEN, search))))
        .containsExactly("TOO_MANY_REQUESTS", "listed", "listed");
    assertThat(within(3, search, () -> listed(ANN, search))).isEqualTo("listed");
    assertThat(listed(ANN, search)).isEqualTo("listed");
  }

  /** Runs a query while Ann runs so many others. */
  private static <T> T within(int others, Selection other, Supplier<T> query) {
    return others == 0 ? query.get() : other.listed(ANN, () -> within(others - 1, other, query));
  }

  private static String listed(UUID owner, Selection selection) {
    try {
      return selection.listed(owner, () -> "listed");
    } catch (Refusal refusal) {
      return refusal.problem().name();
    }
  }

  @Test
  void combinesFilters() {
    note(1, ANN, "milk", "", "a");
    note(2, ANN, "milk", "", "b");
    note(3, ANN, "bread", "", "a");

    assertThat(ids("q=milk&tag=a")).isEqualTo("1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "tag=", "tag=%20", "tag=a&tag=", "deleted=maybe", "deleted=", "sort=content,asc",
        "sort=title,up", "size=0", "size=101", "page=-1", "q=%00", "q=%ff"
      })
  void refusesInvalidParameters(String query) {
    assertThatThrownBy(() -> list(ANN, query)).isInstanceOf(Refusal.class);
  }

  @Test
  void refusesTooLongTagsAndSearches() {
    assertThatThrownBy(() -> list(ANN, "tag=" + "x".repeat(51))).isInstanceOf(Refusal.class);
    assertThatThrownBy(() -> list(ANN, "q=" + "x".repeat(1001))).isInstanceOf(Refusal.class);
    assertThat(titles("tag=" + "x".repeat(50) + "&q=" + "x".repeat(1000))).isEmpty();
  }

  private String refused(String query) {
    Refusal refusal = catchThrowableOfType(Refusal.class, () -> list(ANN, query));
    return ((List<?>) refusal.extensions().get("errors"))
        .stream().map(error -> ((Violation) error).pointer()).findFirst().orElseThrow();
  }

  private void note(int number, UUID owner, String title, String content, String... tags) {
    deliver(
        NoteBuilder.note().titled(title).content(content).tagged(tags).created(id(number), owner));
  }

  private void deliver(NoteEvent... events) {
    delivery.deliver(Stream.of(events).messages());
  }

  private List<String> titles(String query) {
    return list(ANN, query).content().stream().map(note -> note.values().title()).toList();
  }

  private String ids(String query) {
    return String.join(
        " ",
        list(ANN, query).content().stream()
            .map(note -> note.id().substring(note.id().length() - 1))
            .toList());
  }

  private Page<NoteView> list(UUID owner, String query) {
    return notes.list(owner, QueryReader.read(query, NoteQuery.class));
  }

  private static UUID id(int number) {
    return new UUID(9, number);
  }
}
