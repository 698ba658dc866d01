package dev.annals.query.task;

import static org.assertj.core.api.Assertions.assertThat;

import dev.annals.platform.web.Paging;
import dev.annals.platform.web.QueryParameters;
import dev.annals.query.IndexCoverage;
import dev.annals.query.TestMongo;
import dev.annals.query.model.Selection;
import dev.annals.query.resource.ResourceQueries;
import dev.annals.query.resource.ResourceQueries.Query;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class TaskIndexesTest {

  private static final UUID ANN = new UUID(1, 1);

  static Stream<Paging.Order> orders() {
    return TaskProjection.TASKS.sorting().fields().keySet().stream()
        .flatMap(it -> Stream.of(Paging.Order.ascending(it), Paging.Order.descending(it)));
  }

  @ParameterizedTest
  @MethodSource("orders")
  void anIndexServesEachSort(Paging.Order order) {
    Paging paging = new Paging(0, 20, List.of(order));

    assertThat(
            IndexCoverage.sorted(
                TaskProjection.TASKS.indexes(),
                Selection.of(ANN).filter(),
                TaskProjection.TASKS.sorting().of(paging)))
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
    Query list =
        new ResourceQueries<>(TaskProjection.TASKS, null).read(ANN, QueryParameters.of(query));

    assertThat(IndexCoverage.filtered(TaskProjection.TASKS.indexes(), list.filter())).isTrue();
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
