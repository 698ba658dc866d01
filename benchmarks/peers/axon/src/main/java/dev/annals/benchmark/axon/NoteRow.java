package dev.annals.benchmark.axon;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** A note in the read model. */
@Entity
@Table(name = "note")
@SuppressWarnings("UnusedVariable") // Hibernate reads them.
class NoteRow {

  @Id private String id;
  private String owner;
  private String title;

  @Column(columnDefinition = "text")
  private String content;

  private List<String> tags;
  private Instant updatedAt;

  NoteRow() {}

  NoteRow(String id, String owner) {
    this.id = id;
    this.owner = owner;
  }

  void becomes(String newTitle, String newContent, List<String> newTags, Instant at) {
    title = newTitle;
    content = newContent;
    tags = new ArrayList<>(newTags);
    updatedAt = at;
  }
}
