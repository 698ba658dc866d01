package dev.annals.own;

import static com.mongodb.client.model.Filters.eq;

import dev.annals.http.web.Paging;
import dev.annals.http.web.Sort;
import dev.annals.projection.list.Selection;
import dev.annals.projection.model.ReadModel;
import dev.annals.projection.resource.ListQuery;
import dev.annals.projection.resource.ResourceController;
import dev.annals.projection.resource.ResourceServices;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import java.util.Optional;
import org.bson.conversions.Bson;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Reads the books of the caller. */
@RestController
@Tag(name = "Books", description = "The books of the caller.")
@RequestMapping(path = "/books", produces = MediaType.APPLICATION_JSON_VALUE)
class BookQueries extends ResourceController<BookEvent, BookDocument, BookView, BookQueries.Query> {

  /**
   * The parameters of the list.
   *
   * @param overdue true lists only overdue loans, false only the other books
   * @param sort a property and its direction; the first one has precedence
   */
  record Query(
      Selection selection,
      Optional<Boolean> overdue,
      Paging paging,
      @Sort.By({"title", "dueAt"}) @DefaultValue("title") Sort sort)
      implements ListQuery {

    @Override
    public List<Bson> conditions() {
      return overdue.map(wanted -> eq("overdue", wanted)).stream().toList();
    }
  }

  BookQueries(ReadModel<BookDocument> books, ResourceServices services) {
    super(BookProjection.BOOKS, books, services);
  }
}
