package dev.annals.benchmark.axon;

import java.util.List;

final class NoteUpdated extends NoteEvent {

  NoteUpdated(String id, String owner, String title, String content, List<String> tags) {
    super(id, owner, title, content, tags);
  }
}
