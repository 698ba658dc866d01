package dev.annals.http.sample;

import jakarta.validation.constraints.Size;
import java.util.List;

/** The body of a bulk creation. */
public record CreateSamples(@Size(min = 1, max = 5) List<CreateSample> samples) {}
