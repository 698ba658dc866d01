package dev.annals.projection.inbox;

import static dev.annals.given.NoteBuilder.note;

import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Updates;
import dev.annals.events.note.NoteCreated;
import dev.annals.projection.write.Erased;
import dev.annals.projection.write.ModelDurability;
import dev.annals.push.NewNotifications;
import dev.annals.push.NotificationView;
import dev.annals.query.Delivery;
import dev.annals.query.Stream;
import dev.annals.query.TestMongo;
import dev.annals.query.notification.NotificationProjection;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.axonframework.eventhandling.DomainEventMessage;

/** Inboxes in their own database, for tests of readers. */
public final class TestInbox implements AutoCloseable {

  private final TestMongo mongo = new TestMongo();
  private final Inbox inbox = inbox(mongo.database(), () -> {}, users -> Set.of());
  private final Deque<NewNotifications> arrivals = new ArrayDeque<>();
  private final Delivery delivery =
      new Delivery(new NotificationProjection(new InboxWriter(inbox, arrivals::add)), mongo);

  static Inbox inbox(MongoDatabase database, ModelDurability durability, Erased erased) {
    return new Inbox(NotificationProjection.TYPES, database, durability, erased);
  }

  /** Adds some entries, and returns their announcement. */
  public NewNotifications add(UUID owner, int count) {
    List<DomainEventMessage<?>> batch = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      NoteCreated event = note().titled("T").created(UUID.randomUUID(), owner);
      batch.addAll(Stream.of(event).messages());
    }
    delivery.deliver(batch);
    return arrivals.remove();
  }

  /** Deletes all entries from a number on, like a cut after a restore. */
  public void cutOff(UUID owner, long first) {
    mongo
        .database()
        .getCollection(Inbox.NAME)
        .deleteMany(
            Filters.and(Filters.eq("owner", owner.toString()), Filters.gte("sequence", first)));
    mongo
        .database()
        .getCollection(Inbox.INBOXES)
        .updateOne(Filters.eq("_id", owner.toString()), Updates.inc("last", 1L));
  }

  /** Returns the queries, with a callback between the read of a page and its return. */
  public InboxQueries queries(Runnable read) {
    return new InboxQueries(mongo.database(), inbox) {
      @Override
      public List<NotificationView> after(UUID owner, long sequence, int limit) {
        List<NotificationView> page = super.after(owner, sequence, limit);
        read.run();
        return page;
      }
    };
  }

  /** Returns the number of reads since {@link #forgetReads}. */
  public int reads() {
    return mongo.commands("find").size() + mongo.commands("aggregate").size();
  }

  public void forgetReads() {
    mongo.forgetCommands();
  }

  @Override
  public void close() {
    mongo.close();
  }
}
