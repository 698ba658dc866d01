package dev.annals.benchmark.axon;

import java.util.List;

/** The content of events. The default serializer keeps it as XML, and cannot read records. */
abstract class NoteEvent {

  private final String id;
  private final String owner;
  private final String title;
  private final String content;
  private final List<String> tags;

  NoteEvent(String id, String owner, String title, String content, List<String> tags) {
    this.id = id;
    this.owner = owner;
    this.title = title;
    this.content = content;
    this.tags = tags;
  }

  String id() {
    return id;
  }

  String owner() {
    return owner;
  }

  String title() {
    return title;
  }

  String content() {
    return content;
  }

  List<String> tags() {
    return tags;
  }
}
