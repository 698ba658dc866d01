package dev.annals.query.note;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.contentOf;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.IndexOptions;
import dev.annals.api.NoteView;
import dev.annals.http.web.QueryParameter;
import dev.annals.http.web.QueryReader;
import dev.annals.projection.model.IndexCoverage;
import dev.annals.projection.model.ReadModel;
import dev.annals.projection.model.TestMongo;
import dev.annals.projection.resource.ResourceQueries;
import java.util.List;
import java.util.UUID;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class NoteIndexesTest {

  private static final UUID ANN = new UUID(1, 1);

  /** Each parameter alone, and several values of those that repeat. */
  private static final List<String> FILTERS =
      List.of("", "deleted=true", "tag=a", "tag=a&tag=b", "q=milk", "q=milk+bread");

  private final TestMongo mongo = new TestMongo();
  private final ReadModel<NoteDocument> model =
      NoteProjection.NOTES.readModel(TestMongo.services(mongo.database()));

  @AfterEach
  void close() {
    mongo.close();
  }

  /**
   * A list that MongoDB answers in another way, or a new one, needs a decision: change the file.
   */
  @Test
  void indexesServeEachFilterInEachOrderAsTheFileSays() {
    ResourceQueries<NoteDocument, NoteView> queries =
        new ResourceQueries<>(NoteProjection.NOTES, model);
    for (String order : orders()) {
      for (String filter : FILTERS) {
        queries.list(ANN, QueryReader.read(filter + "&sort=" + order, NoteQuery.class));
      }
    }

    assertThat(IndexCoverage.shapes(mongo.commands("aggregate"), NoteProjection.NOTES.indexes()))
        .isEqualTo(contentOf(getClass().getResource("shapes.txt")));
  }

  @Test
  void theFiltersNameEachParameter() {
    assertThat(QueryParameter.of(NoteQuery.class).map(QueryParameter::name))
        .allMatch(
            name ->
                List.of("page", "size", "sort").contains(name)
                    || FILTERS.stream().anyMatch(filter -> filter.startsWith(name + "=")));
  }

  private static List<String> orders() {
    return QueryParameter.of(NoteQuery.class)
        .filter(it -> it.name().equals("sort"))
        .flatMap(it -> it.allowed().stream())
        .flatMap(it -> List.of(it + ",asc", it + ",desc").stream())
        .toList();
  }

  @Test
  void declaresTheIndexOfCountsFirstAndNoneTwice() {
    assertThat(NoteProjection.NOTES.indexes())
        .extracting(keys -> String.join(" ", IndexCoverage.keys(keys)))
        .containsExactly(
            "owner 1 deleted 1 updatedAt 1 _id 1",
            "owner 1 deleted 1 createdAt 1 _id 1",
            "owner 1 deleted 1 titleKey 1 _id 1",
            "owner 1 deleted 1 tags 1 updatedAt 1 _id 1",
            "owner 1 deleted 1 words 1");
  }

  @Test
  void createsAllIndexesWithOneCommandAndAcceptsThemAgain() {
    model.createIndexes();
    model.createIndexes();

    assertThat(mongo.commands("createIndexes")).hasSize(2);
  }

  /** They are unique, since the embedded server has no others. */
  @Test
  void dropsAnIndexOfListsThatIsNotDeclaredAndNoOther() {
    MongoCollection<Document> notes = mongo.database().getCollection("notes");
    IndexOptions unique = new IndexOptions().unique(true);
    notes.createIndex(new Document("owner", 1).append("deleted", 1).append("old", -1), unique);
    notes.createIndex(new Document("owner", 1).append("own", 1), unique);

    model.createIndexes();

    assertThat(notes.listIndexes())
        .extracting(index -> index.getString("name"))
        .contains("_id_", "owner_1_own_1")
        .doesNotContain("owner_1_deleted_1_old_-1");
  }
}
