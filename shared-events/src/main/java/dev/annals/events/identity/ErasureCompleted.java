package dev.annals.events.identity;

import java.util.UUID;
import org.axonframework.serialization.Revision;

/** The files of an erased user were deleted. */
@Revision("1")
public record ErasureCompleted(UUID userId) implements UserEvent {}
