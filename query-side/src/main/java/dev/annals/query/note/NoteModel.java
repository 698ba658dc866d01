package dev.annals.query.note;

import com.mongodb.client.MongoDatabase;
import dev.annals.api.NoteView;
import dev.annals.events.note.NoteEvent;
import dev.annals.platform.redis.Redis;
import dev.annals.query.history.History;
import dev.annals.query.model.CachedPages;
import dev.annals.query.model.Erased;
import dev.annals.query.model.ModelProperties;
import dev.annals.query.model.ReadModel;
import java.util.List;
import org.axonframework.eventsourcing.eventstore.EventStore;
import org.bson.Document;
import org.bson.conversions.Bson;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import tools.jackson.databind.json.JsonMapper;

/** The read model of notes: where it is, and the indexes that its lists need. */
@Configuration(proxyBeanMethods = false)
class NoteModel {

  /** The model's, and that of the processor that keeps it. */
  static final String NAME = "notes";

  /**
   * To be raised with what documents are to hold. 2: words are folded by Unicode's full folding.
   */
  static final int VERSION = 2;

  /** A list is of one owner and either of the living or of the trash. */
  static final List<Bson> INDEXES =
      List.of(
          list().append("updatedAt", -1).append("_id", 1),
          list().append("updatedAt", 1).append("_id", 1),
          list().append("createdAt", -1).append("_id", 1),
          list().append("createdAt", 1).append("_id", 1),
          list().append("titleKey", -1).append("_id", 1),
          list().append("titleKey", 1).append("_id", 1),
          list().append("tags", 1),
          list().append("words", 1));

  @Bean
  CachedPages<NoteView> notePages(Redis redis, JsonMapper json) {
    return new CachedPages<>(redis, json, NAME);
  }

  @Bean
  ReadModel<NoteDocument> notes(
      MongoDatabase database,
      ModelProperties properties,
      CachedPages<NoteView> pages,
      Erased erased) {
    return new ReadModel<>(database, NAME, VERSION, NoteDocument.class, INDEXES, properties, erased)
        .onWrite(pages::drop);
  }

  @Bean
  History<NoteEvent, NoteDocument> noteHistory(EventStore events) {
    return new History<>(
        events,
        "Note",
        NoteEvent.class,
        NoteDocument::after,
        NoteDocument::owner,
        NoteDocument::view);
  }

  private static Document list() {
    return new Document("owner", 1).append("deleted", 1);
  }
}
