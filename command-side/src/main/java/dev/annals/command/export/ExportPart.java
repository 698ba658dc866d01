package dev.annals.command.export;

import dev.annals.platform.security.Caller;
import java.io.IOException;

/** A part of what somebody gets who asks for all that is theirs. A bean of this type is in it. */
public interface ExportPart {

  /**
   * Adds it, piece by piece: there may be more of it than memory.
   *
   * @throws IOException when the client is gone
   */
  void write(Caller caller, Export export) throws IOException;
}
