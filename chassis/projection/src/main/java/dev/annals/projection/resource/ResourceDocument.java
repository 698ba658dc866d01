package dev.annals.projection.resource;

import dev.annals.projection.write.ModelDocument;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A document of a resource, which may have a trash. */
public interface ResourceDocument extends ModelDocument {

  /** Returns when the resource was put into the trash; null if it is not there. */
  default @Nullable Instant deletedAt() {
    return null;
  }
}
