package dev.annals.query.note;

import static org.assertj.core.api.Assertions.assertThat;

import dev.annals.http.web.QueryParameter;
import dev.annals.http.web.QueryReader;
import dev.annals.http.web.Sort;
import dev.annals.projection.model.IndexCoverage;
import dev.annals.projection.model.TestMongo;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.bson.conversions.Bson;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class NoteIndexesTest {

  private static final UUID ANN = new UUID(1, 1);

  static Stream<Sort.Order> orders() {
    return QueryParameter.of(NoteQuery.class)
        .filter(it -> it.name().equals("sort"))
        .flatMap(it -> Stream.of(it.allowed().toArray(String[]::new)))
        .flatMap(it -> Stream.of(Sort.Order.ascending(it), Sort.Order.descending(it)));
  }

  @ParameterizedTest
  @MethodSource("orders")
  void anIndexServesEachSort(Sort.Order order) {
    Sort sort = new Sort(List.of(order), false);

    assertThat(
            IndexCoverage.sorted(
                NoteProjection.NOTES.indexes(),
                filter(""),
                NoteProjection.NOTES.sorting().of(sort)))
        .isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"tag=a&tag=b", "q=milk+bread&deleted=true"})
  void anIndexServesEachFilter(String query) {
    assertThat(IndexCoverage.filtered(NoteProjection.NOTES.indexes(), filter(query))).isTrue();
  }

  private static Bson filter(String query) {
    return QueryReader.read(query, NoteQuery.class).filter(ANN);
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
