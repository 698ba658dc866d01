package dev.annals.projection.replay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.annals.projection.deadletter.DeadLetters;
import dev.annals.projection.model.TestMongo;
import org.axonframework.eventhandling.tokenstore.TokenStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The commands of segments without events. */
class IdleSegmentsTest {

  private final TestMongo mongo = new TestMongo();

  @AfterEach
  void close() {
    mongo.close();
  }

  @Test
  void aClaimIsNotRenewedAgainWithinSeconds() {
    TokenStore tokens = ProjectionTokens.in(mongo.database(), () -> {});
    tokens.initializeTokenSegments("notes", 4);
    for (int segment = 0; segment < 4; segment++) {
      tokens.fetchToken("notes", segment);
    }
    mongo.forgetCommands();

    for (int call = 0; call < 3; call++) {
      for (int segment = 0; segment < 4; segment++) {
        tokens.extendClaim("notes", segment);
      }
    }

    assertThat(mongo.commands()).hasSize(4);
  }

  @Test
  void theSegmentsOfAProcessorShareALookForRequestedLetters() {
    DeadLetters letters = new DeadLetters(mongo.database());
    long before = System.nanoTime();

    for (int segment = 0; segment < 4; segment++) {
      assertThat(letters.requested("notes", before)).isEmpty();
    }
    assertThat(mongo.commands("find")).hasSize(1);

    assertThat(letters.requested("notes", System.nanoTime())).isEmpty();
    assertThat(mongo.commands("find")).hasSize(2);
  }
}
