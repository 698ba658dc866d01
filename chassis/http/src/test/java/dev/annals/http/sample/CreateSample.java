package dev.annals.http.sample;

import dev.annals.http.json.CanBeAbsent;
import dev.annals.http.json.CanBeNull;
import dev.annals.http.validation.Tags;
import dev.annals.http.validation.Text;
import java.time.Instant;
import java.util.List;

/** The body of a {@code POST}: only the title is required, only the date is nullable. */
public record CreateSample(
    @Text(min = 1, max = 200, line = true) String title,
    @CanBeAbsent @Text(max = 1000) String content,
    @CanBeAbsent @CanBeNull Instant dueAt,
    @CanBeAbsent Level level,
    @CanBeAbsent @Tags List<String> tags) {

  public enum Level {
    LOW,
    HIGH
  }

  public CreateSample {
    content = content == null ? "" : content;
    level = level == null ? Level.LOW : level;
    tags = tags == null ? List.of() : List.copyOf(tags);
  }
}
