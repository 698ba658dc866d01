package dev.annals.benchmark.axon;

import java.util.List;

final class NoteCreated extends NoteEvent {

  NoteCreated(String id, String owner, String title, String content, List<String> tags) {
    super(id, owner, title, content, tags);
  }
}
