package dev.annals.command.export;

import dev.annals.http.security.Caller;
import java.io.IOException;

/** A part of the export of a user's data. Every bean of this type is included. */
public interface ExportPart {

  /**
   * Writes the part piece by piece; it may be larger than memory.
   *
   * @throws IOException if the client has gone
   */
  void write(Caller caller, Export export) throws IOException;
}
