package dev.annals.own;

import dev.annals.projection.model.ModelServices;
import dev.annals.projection.model.ReadModel;
import dev.annals.projection.resource.Resource;
import dev.annals.projection.resource.Sorting;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.axonframework.config.ProcessingGroup;
import org.axonframework.eventhandling.EventHandler;
import org.axonframework.eventhandling.SequenceNumber;
import org.axonframework.eventhandling.Timestamp;
import org.springframework.context.annotation.Bean;
import org.springframework.stereotype.Component;

/** Keeps the read model of books. */
@Component
@ProcessingGroup(BookProjection.NAME)
record BookProjection(ReadModel<BookDocument> books) {

  static final String NAME = "books";
  static final String KIND = "book";

  static final Resource<BookEvent, BookDocument, BookView> BOOKS =
      new Resource<>(
          NAME,
          1,
          KIND,
          "Book",
          BookEvent.class,
          BookDocument.class,
          BookDocument::after,
          BookDocument::view,
          new Sorting(Map.of("title", List.of("titleKey"), "dueAt", List.of("dueAt")), "title"),
          List.of());

  @Bean
  static Resource<BookEvent, BookDocument, BookView> bookResource() {
    return BOOKS;
  }

  @Bean
  static ReadModel<BookDocument> books(ModelServices services) {
    return BOOKS.readModel(services);
  }

  @EventHandler
  void on(BookEvent event, @SequenceNumber long sequence, @Timestamp Instant occurredAt) {
    books
        .writer()
        .change(
            event.bookId(),
            event.owner(),
            sequence,
            before -> BookDocument.after(before, event, sequence, occurredAt));
  }
}
