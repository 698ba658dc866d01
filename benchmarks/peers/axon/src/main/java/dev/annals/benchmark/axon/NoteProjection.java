package dev.annals.benchmark.axon;

import jakarta.persistence.EntityManager;
import java.time.Instant;
import org.axonframework.eventhandling.EventHandler;
import org.axonframework.eventhandling.Timestamp;
import org.springframework.stereotype.Component;

/** Followed by the default event processor. */
@Component
class NoteProjection {

  private final EntityManager entities;

  NoteProjection(EntityManager entities) {
    this.entities = entities;
  }

  @EventHandler
  void on(NoteCreated event, @Timestamp Instant at) {
    NoteRow row = new NoteRow(event.id(), event.owner());
    row.becomes(event.title(), event.content(), event.tags(), at);
    entities.persist(row);
  }

  @EventHandler
  void on(NoteUpdated event, @Timestamp Instant at) {
    entities
        .find(NoteRow.class, event.id())
        .becomes(event.title(), event.content(), event.tags(), at);
  }
}
