package dev.annals.query.note;

import static org.assertj.core.api.Assertions.assertThat;

import dev.annals.platform.web.Paging;
import dev.annals.query.IndexCoverage;
import dev.annals.query.TestMongo;
import dev.annals.query.model.Selection;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class NoteIndexesTest {

  private static final UUID ANN = new UUID(1, 1);

  static Stream<Paging.Order> orders() {
    return NoteProjection.NOTES.sorting().fields().keySet().stream()
        .flatMap(it -> Stream.of(Paging.Order.ascending(it), Paging.Order.descending(it)));
  }

  @ParameterizedTest
  @MethodSource("orders")
  void anIndexServesEachSort(Paging.Order order) {
    Paging paging = new Paging(0, 20, List.of(order));

    assertThat(
            IndexCoverage.sorted(
                NoteProjection.NOTES.indexes(),
                Selection.of(ANN).filter(),
                NoteProjection.NOTES.sorting().of(paging)))
        .isTrue();
  }

  @Test
  void anIndexServesEachFilter() {
    Selection tagged = new Selection(ANN, false, List.of("a", "b"), List.of());
    Selection searched = new Selection(ANN, true, List.of(), List.of("milk", "bread"));

    assertThat(IndexCoverage.filtered(NoteProjection.NOTES.indexes(), tagged.filter())).isTrue();
    assertThat(IndexCoverage.filtered(NoteProjection.NOTES.indexes(), searched.filter())).isTrue();
  }

  @Test
  void declaresAnIndexForEachSortAndFilterAndNoOther() {
    assertThat(NoteProjection.NOTES.indexes())
        .extracting(keys -> String.join(" ", IndexCoverage.keys(keys)))
        .containsExactlyInAnyOrder(
            "owner 1 deleted 1 updatedAt 1 _id 1",
            "owner 1 deleted 1 updatedAt -1 _id 1",
            "owner 1 deleted 1 createdAt 1 _id 1",
            "owner 1 deleted 1 createdAt -1 _id 1",
            "owner 1 deleted 1 titleKey 1 _id 1",
            "owner 1 deleted 1 titleKey -1 _id 1",
            "owner 1 deleted 1 tags 1",
            "owner 1 deleted 1 words 1");
  }

  @Test
  void theServerAcceptsTheIndexesAgain() {
    try (TestMongo mongo = new TestMongo()) {
      NoteProjection.NOTES.indexes().forEach(mongo.database().getCollection("notes")::createIndex);
      NoteProjection.NOTES.indexes().forEach(mongo.database().getCollection("notes")::createIndex);
    }
  }
}
