package dev.annals.platform.sample;

import jakarta.validation.constraints.Size;
import java.util.List;

/** Several at once. */
public record CreateSamples(@Size(min = 1, max = 5) List<CreateSample> samples) {}
