package dev.annals.query.task;

import static org.assertj.core.api.Assertions.assertThat;

import dev.annals.http.web.QueryParameter;
import dev.annals.http.web.QueryReader;
import dev.annals.http.web.Sort;
import dev.annals.projection.model.IndexCoverage;
import dev.annals.projection.model.TestMongo;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class TaskIndexesTest {

  private static final UUID ANN = new UUID(1, 1);

  static Stream<Sort.Order> orders() {
    return QueryParameter.of(TaskQuery.class)
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
                TaskProjection.TASKS.indexes(),
                QueryReader.read("", TaskQuery.class).filter(ANN),
                TaskProjection.TASKS.sorting().of(sort)))
        .isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "status=OPEN",
        "priority=HIGH",
        "overdue=true",
        "dueBefore=2026-05-01T00:00:00Z",
        "dueAfter=2026-05-01T00:00:00Z",
        "tag=a&tag=b",
        "q=milk+bread",
        "deleted=true"
      })
  void anIndexServesEachFilter(String query) {
    TaskQuery list = QueryReader.read(query, TaskQuery.class);

    assertThat(IndexCoverage.filtered(TaskProjection.TASKS.indexes(), list.filter(ANN))).isTrue();
  }

  @Test
  void declaresAnIndexForEachSortAndFilterAndNoOther() {
    assertThat(TaskProjection.TASKS.indexes())
        .extracting(keys -> String.join(" ", IndexCoverage.keys(keys)))
        .containsExactlyInAnyOrder(
            "owner 1 deleted 1 createdAt 1 _id 1",
            "owner 1 deleted 1 createdAt -1 _id 1",
            "owner 1 deleted 1 updatedAt 1 _id 1",
            "owner 1 deleted 1 updatedAt -1 _id 1",
            "owner 1 deleted 1 titleKey 1 _id 1",
            "owner 1 deleted 1 titleKey -1 _id 1",
            "owner 1 deleted 1 noDueAt 1 dueAt 1 _id 1",
            "owner 1 deleted 1 noDueAt 1 dueAt -1 _id 1",
            "owner 1 deleted 1 noEstimate 1 estimate 1 _id 1",
            "owner 1 deleted 1 noEstimate 1 estimate -1 _id 1",
            "owner 1 deleted 1 priorityRank 1 _id 1",
            "owner 1 deleted 1 priorityRank -1 _id 1",
            "owner 1 deleted 1 status 1 createdAt -1 _id 1",
            "owner 1 deleted 1 overdue 1 createdAt -1 _id 1",
            "owner 1 deleted 1 tags 1",
            "owner 1 deleted 1 words 1");
  }

  @Test
  void theServerAcceptsTheIndexesAgain() {
    try (TestMongo mongo = new TestMongo()) {
      TaskProjection.TASKS.indexes().forEach(mongo.database().getCollection("tasks")::createIndex);
      TaskProjection.TASKS.indexes().forEach(mongo.database().getCollection("tasks")::createIndex);
    }
  }
}
