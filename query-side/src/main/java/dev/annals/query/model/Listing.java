package dev.annals.query.model;

import static com.mongodb.client.model.Aggregates.limit;
import static com.mongodb.client.model.Aggregates.match;
import static com.mongodb.client.model.Aggregates.project;
import static com.mongodb.client.model.Aggregates.skip;
import static com.mongodb.client.model.Aggregates.sort;

import com.mongodb.MongoClientException;
import com.mongodb.MongoException;
import com.mongodb.MongoExecutionTimeoutException;
import com.mongodb.MongoNodeIsRecoveringException;
import com.mongodb.MongoNotPrimaryException;
import com.mongodb.client.MongoCollection;
import dev.annals.platform.web.Page;
import dev.annals.platform.web.Paging;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.bson.BSONException;
import org.bson.conversions.Bson;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.support.DataAccessUtils;
import org.springframework.data.mongodb.core.MongoExceptionTranslator;

/**
 * Lists a collection page by page.
 *
 * @param projection which fields are read; null for all
 */
public record Listing<D>(MongoCollection<D> collection, Bson projection) {

  private static final MongoExceptionTranslator TRANSLATOR = new MongoExceptionTranslator();

  /**
   * One page of the documents that the filter takes.
   *
   * @param order a total one
   */
  public Page<D> page(Bson filter, Bson order, Paging paging) {
    return translating(
        () -> {
          long total = collection.countDocuments(filter);
          return Page.of(content(filter, order, paging, total), paging, total);
        });
  }

  // Past the end MongoDB would walk through all that it skips, and its skip is an int. As a
  // pipeline it is planned as a find is; but for a find the embedded server locks the collection.
  private List<D> content(Bson filter, Bson order, Paging paging, long total) {
    if (paging.offset() >= total) {
      return List.of();
    }
    List<Bson> stages = new ArrayList<>();
    stages.add(match(filter));
    stages.add(sort(order));
    stages.add(skip(Math.toIntExact(paging.offset())));
    stages.add(limit(paging.size()));
    if (projection != null) {
      stages.add(project(projection));
    }
    return collection.aggregate(stages).into(new ArrayList<>());
  }

  /**
   * Asks the database in Spring's terms: one that does not answer is told apart from a fault by
   * Spring's exceptions.
   */
  public static <T> T translating(Supplier<T> query) {
    try {
      return query.get();
    } catch (BSONException
        | MongoClientException
        | MongoExecutionTimeoutException
        | MongoNodeIsRecoveringException
        | MongoNotPrimaryException failure) {
      // Not all of them are known to Spring; an answer that cannot be read is none.
      throw new DataAccessResourceFailureException("The read models cannot be reached", failure);
    } catch (MongoException failure) {
      throw DataAccessUtils.translateIfNecessary(failure, TRANSLATOR);
    }
  }
}
