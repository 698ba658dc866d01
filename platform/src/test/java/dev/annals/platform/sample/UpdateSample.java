package dev.annals.platform.sample;

import dev.annals.platform.json.CanBeNull;
import dev.annals.platform.validation.Tags;
import dev.annals.platform.validation.Text;
import java.time.Instant;
import java.util.List;

/** What a {@code PUT} takes: everything, only the date may be null. */
public record UpdateSample(
    @Text(min = 1, max = 200, line = true) String title,
    @Text(max = 1000) String content,
    @CanBeNull Instant dueAt,
    boolean done,
    int rank,
    @Tags List<String> tags) {}
