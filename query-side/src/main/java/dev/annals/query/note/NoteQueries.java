package dev.annals.query.note;

import com.mongodb.client.model.Sorts;
import dev.annals.api.NoteView;
import dev.annals.platform.web.ConsistencyTokens;
import dev.annals.platform.web.Page;
import dev.annals.platform.web.Paging;
import dev.annals.query.model.ReadModel;
import dev.annals.query.model.Selection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.bson.conversions.Bson;
import org.springframework.stereotype.Component;

/** Answers what is asked about notes. */
@Component
class NoteQueries {

  /** What lists can be sorted by. */
  static final Set<String> SORTABLE = Set.of("title", "createdAt", "updatedAt");

  /** The order when none is asked for. */
  static final Paging.Order USUAL = Paging.Order.descending("updatedAt");

  private final ReadModel<NoteDocument> notes;

  NoteQueries(ReadModel<NoteDocument> notes) {
    this.notes = notes;
  }

  /** The owner's note of that id, unless it is in the trash. */
  Optional<NoteView> find(UUID owner, UUID id) {
    return notes
        .find(id)
        .filter(note -> note.owner().equals(owner.toString()) && !note.deleted())
        .map(NoteDocument::view);
  }

  /** Which generation is read, see {@link ReadModel#generation()}. */
  String generation() {
    return notes.generation();
  }

  /** Returns once these versions can be read, see {@link ConsistencyTokens#await}. */
  void await(ConsistencyTokens changes, Map<UUID, Long> versions) {
    changes.await(() -> notes.shown(versions));
  }

  Page<NoteView> list(Selection selection, Paging paging) {
    return selection
        .listed(() -> notes.page(selection.filter(), sort(paging), paging))
        .map(NoteDocument::view);
  }

  static List<Bson> sort(Paging paging) {
    return paging.orders().stream()
        .map(
            order -> {
              String field = order.property().equals("title") ? "titleKey" : order.property();
              return order.descending() ? Sorts.descending(field) : Sorts.ascending(field);
            })
        .toList();
  }
}
