package dev.annals.projection.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.mongodb.MongoTimeoutException;
import dev.annals.projection.deadletter.DeadLetters;
import dev.annals.projection.model.TestMongo;
import io.lettuce.core.RedisException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.axonframework.eventhandling.EventMessage;
import org.axonframework.eventhandling.GenericDomainEventMessage;
import org.axonframework.serialization.SerializationException;
import org.bson.BsonInvalidOperationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.dao.DataAccessResourceFailureException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** Which failures set an event aside. */
class BatchTest {

  private static final String NOTE = "33333333-0000-4000-8000-00000000000b";

  private final TestMongo mongo = new TestMongo();

  @AfterEach
  void close() {
    mongo.close();
  }

  static Stream<RuntimeException> failuresOfStores() {
    return Stream.of(
        new DataAccessResourceFailureException("PostgreSQL is away"),
        new IllegalStateException(new SQLException("The connection is broken")),
        new MongoTimeoutException("MongoDB is away"),
        new BsonInvalidOperationException("Document does not contain key n"),
        new RedisException("Redis is away"),
        new UncheckedIOException(new IOException("The network is away")),
        new IllegalStateException("A stored key does not open"),
        new IllegalArgumentException("The driver takes a length for negative"),
        new ArrayIndexOutOfBoundsException("The driver reads on"),
        new NullPointerException("The driver misses something"));
  }

  @ParameterizedTest
  @MethodSource("failuresOfStores")
  void stopsTheBatchWhenAStoreFailsWhileAnEventIsRead(RuntimeException failure) {
    Event event = new Event(failure);
    Batch batch = batch(event);

    assertThatThrownBy(() -> batch.handle(event, () -> null)).isSameAs(failure);

    assertThat(batch.added()).isEmpty();
    assertThatThrownBy(() -> sequence(event)).isSameAs(failure);
  }

  static Stream<RuntimeException> failuresOfEvents() {
    return Stream.of(
        new SerializationException("Personal data cannot be decrypted"),
        new IllegalStateException(new SerializationException("It has another shape")),
        unreadable());
  }

  private static JacksonException unreadable() {
    try {
      throw new IllegalStateException(JsonMapper.shared().readTree("{").toString());
    } catch (JacksonException expected) {
      return expected;
    }
  }

  @ParameterizedTest
  @MethodSource("failuresOfEvents")
  void setsAnUnreadableEventAsideInTheOrderOfItsAggregate(RuntimeException failure) {
    Event event = new Event(failure);
    Batch batch = batch(event);

    batch.handle(event, () -> null);

    assertThat(batch.added().get(NOTE).sequence()).isEqualTo(7);
    assertThat(sequence(event)).isEqualTo(NOTE);
  }

  @Test
  void setsAnEventAsideThatCannotBeApplied() {
    Event event = new Event(null);
    Batch batch = batch(event);

    batch.handle(
        event,
        () -> {
          throw new NullPointerException("The event lacks an id");
        });

    assertThat(batch.added().get(NOTE).error())
        .isEqualTo("NullPointerException: The event cannot be read or applied.");
  }

  private Batch batch(Event event) {
    return new Batch(
        "notes",
        new DeadLetters(mongo.database()),
        Clock.systemUTC(),
        it -> 1,
        List.of(event),
        Map.of(),
        Optional.empty(),
        new HashMap<>());
  }

  /** Applies a policy that reads the event. */
  private static Object sequence(Event event) {
    return Batch.sequencing(EventMessage::getPayload).getSequenceIdentifierFor(event);
  }

  /** An event that fails to be read, unless the failure is null. */
  private static class Event extends GenericDomainEventMessage<String> {

    private static final long serialVersionUID = 1L;

    private final RuntimeException failure;

    Event(RuntimeException failure) {
      super("Note", NOTE, 7, "payload");
      this.failure = failure;
    }

    @Override
    public String getPayload() {
      if (failure != null) {
        throw failure;
      }
      return super.getPayload();
    }
  }
}
