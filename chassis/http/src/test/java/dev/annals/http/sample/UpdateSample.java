package dev.annals.http.sample;

import dev.annals.http.json.CanBeNull;
import dev.annals.http.validation.Tags;
import dev.annals.http.validation.Text;
import java.time.Instant;
import java.util.List;

/** The body of a {@code PUT}: all properties are required, only the date is nullable. */
public record UpdateSample(
    @Text(min = 1, max = 200, line = true) String title,
    @Text(max = 1000) String content,
    @CanBeNull Instant dueAt,
    boolean done,
    int rank,
    @Tags List<String> tags) {}
