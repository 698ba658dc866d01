package dev.annals.query.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.contentOf;

import dev.annals.api.TaskView;
import dev.annals.http.web.QueryParameter;
import dev.annals.http.web.QueryReader;
import dev.annals.projection.model.IndexCoverage;
import dev.annals.projection.model.ReadModel;
import dev.annals.projection.model.TestMongo;
import dev.annals.projection.resource.ResourceQueries;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TaskIndexesTest {

  private static final UUID ANN = new UUID(1, 1);

  /** Each parameter alone, and several values of those that repeat. */
  private static final List<String> FILTERS =
      List.of(
          "",
          "deleted=true",
          "tag=a",
          "tag=a&tag=b",
          "q=milk",
          "q=milk+bread",
          "status=OPEN",
          "priority=HIGH",
          "overdue=true",
          "dueBefore=2026-05-01T00:00:00Z",
          "dueAfter=2026-05-01T00:00:00Z",
          "dueAfter=2026-05-01T00:00:00Z&dueBefore=2026-05-02T00:00:00Z");

  private final TestMongo mongo = new TestMongo();
  private final ReadModel<TaskDocument> model =
      TaskProjection.TASKS.readModel(TestMongo.services(mongo.database()));

  @AfterEach
  void close() {
    mongo.close();
  }

  /**
   * A list that MongoDB answers in another way, or a new one, needs a decision: change the file.
   */
  @Test
  void indexesServeEachFilterInEachOrderAsTheFileSays() {
    ResourceQueries<TaskDocument, TaskView> queries =
        new ResourceQueries<>(TaskProjection.TASKS, model);
    for (String order : orders()) {
      for (String filter : FILTERS) {
        queries.list(ANN, QueryReader.read(filter + "&sort=" + order, TaskQuery.class));
      }
    }

    assertThat(IndexCoverage.shapes(mongo.commands("aggregate"), TaskProjection.TASKS.indexes()))
        .isEqualTo(contentOf(getClass().getResource("shapes.txt")));
  }

  @Test
  void theFiltersNameEachParameter() {
    assertThat(QueryParameter.of(TaskQuery.class).map(QueryParameter::name))
        .allMatch(
            name ->
                List.of("page", "size", "sort").contains(name)
                    || FILTERS.stream().anyMatch(filter -> filter.startsWith(name + "=")));
  }

  private static List<String> orders() {
    return QueryParameter.of(TaskQuery.class)
        .filter(it -> it.name().equals("sort"))
        .flatMap(it -> it.allowed().stream())
        .flatMap(it -> List.of(it + ",asc", it + ",desc").stream())
        .toList();
  }

  @Test
  void declaresTheIndexOfCountsFirstAndNoneTwice() {
    assertThat(TaskProjection.TASKS.indexes())
        .extracting(keys -> String.join(" ", IndexCoverage.keys(keys)))
        .containsExactly(
            "owner 1 deleted 1 createdAt 1 _id 1",
            "owner 1 deleted 1 noDueAt 1 dueAt 1 _id 1",
            "owner 1 deleted 1 noDueAt 1 dueAt -1 _id -1",
            "owner 1 deleted 1 noEstimate 1 estimate 1 _id 1",
            "owner 1 deleted 1 noEstimate 1 estimate -1 _id -1",
            "owner 1 deleted 1 priorityRank 1 _id 1",
            "owner 1 deleted 1 titleKey 1 _id 1",
            "owner 1 deleted 1 updatedAt 1 _id 1",
            "owner 1 deleted 1 tags 1 createdAt 1 _id 1",
            "owner 1 deleted 1 status 1 createdAt 1 _id 1",
            "owner 1 deleted 1 overdue 1 createdAt 1 _id 1",
            "owner 1 deleted 1 words 1");
  }

  @Test
  void createsAllIndexesWithOneCommandAndAcceptsThemAgain() {
    model.createIndexes();
    model.createIndexes();

    assertThat(mongo.commands("createIndexes")).hasSize(2);
  }
}
