package dev.annals.projection.list;

import static com.mongodb.client.model.Projections.exclude;
import static com.mongodb.client.model.Sorts.ascending;
import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.event.CommandStartedEvent;
import dev.annals.http.web.Page;
import dev.annals.http.web.Paging;
import dev.annals.projection.model.TestMongo;
import java.util.List;
import java.util.stream.IntStream;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The pages of a list of 45 documents, and the commands that each costs. */
class ListingCommandsTest {

  private final TestMongo mongo = new TestMongo();

  @AfterEach
  void close() {
    mongo.close();
  }

  @ParameterizedTest
  @CsvSource({
    "45 documents of 45, 0, 20, 20, 45, 'aggregate, aggregate'",
    "45 documents of 45, 1, 20, 20, 45, 'aggregate, aggregate'",
    "45 documents of 45, 2, 20, 5, 45, aggregate",
    "45 documents of 45, 3, 20, 0, 45, 'aggregate, aggregate'",
    "45 documents of 45, 4294967296, 20, 0, 45, aggregate",
    "45 documents of 45, 0, 45, 45, 45, 'aggregate, aggregate, aggregate, find, find'",
    "45 documents of 45, 0, 100, 45, 45, 'aggregate, aggregate, find, find'",
    "45 documents of 45, 1, 30, 15, 45, aggregate",
    "7 documents of 45, 0, 20, 7, 7, aggregate",
    "7 documents of 45, 0, 100, 7, 7, aggregate",
    "7 documents of 45, 0, 7, 7, 7, 'aggregate, aggregate'",
    "no document of 45, 0, 20, 0, 0, aggregate",
  })
  void countsOnlyWhenThePageDoesNotTellTheTotal(
      String list, long page, int size, int expected, long total, String commands) {
    int from = list.startsWith("45") ? 0 : list.startsWith("7") ? 38 : 45;
    mongo
        .database()
        .getCollection("numbers")
        .insertMany(IntStream.range(0, 45).mapToObj(i -> number(i).append("words", "w")).toList());
    mongo.forgetCommands();

    Page<Document> found =
        new Listing<>(
                mongo.database().getCollection("numbers"),
                exclude("words"),
                it -> it.getString("_id"),
                new Document("owner", "ann"))
            .page(
                new Document("owner", "ann")
                    .append("_id", new Document("$gte", "%03d".formatted(from))),
                ascending("_id"),
                new Paging(page, size));

    assertThat(found.content())
        .isEqualTo(
            IntStream.range(0, expected)
                .mapToObj(i -> number((int) (from + page * size + i)))
                .toList());
    assertThat(found.page().totalElements()).isEqualTo(total);
    assertThat(mongo.commands().stream().map(CommandStartedEvent::getCommandName).toList())
        .isEqualTo(List.of(commands.split(", ")));
  }

  private static Document number(int number) {
    return new Document("_id", "%03d".formatted(number)).append("owner", "ann");
  }
}
