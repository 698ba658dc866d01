package dev.annals.events.note;

import dev.annals.base.event.Personal;
import java.util.List;

/** The fields of a note that its owner sets. */
public record NoteValues(
    @Personal String title, @Personal String content, @Personal List<String> tags) {}
