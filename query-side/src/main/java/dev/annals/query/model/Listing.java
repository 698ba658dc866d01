package dev.annals.query.model;

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

  // Past the end MongoDB would walk through all that it skips, and its skip is an int.
  private List<D> content(Bson filter, Bson order, Paging paging, long total) {
    return paging.offset() >= total
        ? List.of()
        : collection
            .find(filter)
            .projection(projection)
            .sort(order)
            .skip(Math.toIntExact(paging.offset()))
            .limit(paging.size())
            .into(new ArrayList<>());
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
