package dev.annals.projection.list;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.mongodb.MongoConnectionPoolClearedException;
import com.mongodb.MongoException;
import com.mongodb.MongoExecutionTimeoutException;
import com.mongodb.MongoNodeIsRecoveringException;
import com.mongodb.MongoNotPrimaryException;
import com.mongodb.MongoOperationTimeoutException;
import com.mongodb.MongoQueryException;
import com.mongodb.MongoSocketReadTimeoutException;
import com.mongodb.MongoTimeoutException;
import com.mongodb.ServerAddress;
import com.mongodb.connection.ClusterId;
import com.mongodb.connection.ServerId;
import java.util.stream.Stream;
import org.bson.BsonDocument;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.dao.DataAccessResourceFailureException;

class ListingTest {

  private static final ServerAddress SERVER = new ServerAddress();

  static Stream<MongoException> whatPassesByItself() {
    return Stream.of(
        new MongoTimeoutException("no server"),
        new MongoOperationTimeoutException("slow"),
        new MongoExecutionTimeoutException(50, "stopped by the server"),
        new MongoConnectionPoolClearedException(new ServerId(new ClusterId(), SERVER), null),
        new MongoSocketReadTimeoutException("silence", SERVER, null),
        new MongoNotPrimaryException(new BsonDocument(), SERVER),
        new MongoNodeIsRecoveringException(new BsonDocument(), SERVER));
  }

  @ParameterizedTest
  @MethodSource("whatPassesByItself")
  void translatesAnUnavailableDatabaseToAResourceFailure(MongoException failure) {
    assertThatThrownBy(() -> Listing.translating(() -> fail(failure)))
        .isInstanceOf(DataAccessResourceFailureException.class)
        .hasCause(failure);
  }

  @Test
  void doesNotTranslateAFaultToAResourceFailure() {
    assertThatThrownBy(
            () ->
                Listing.translating(
                    () -> fail(new MongoQueryException(new BsonDocument(), SERVER))))
        .isNotInstanceOf(DataAccessResourceFailureException.class);
  }

  private static Object fail(MongoException failure) {
    throw failure;
  }
}
