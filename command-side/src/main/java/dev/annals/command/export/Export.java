package dev.annals.command.export;

import dev.annals.eventstore.storage.UnreadableEventException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import tools.jackson.databind.json.JsonMapper;

/** Writes a ZIP archive of JSON lines and files to a stream. */
public final class Export {

  private static final JsonMapper JSON = JsonMapper.shared();

  private final ZipOutputStream zip;

  Export(OutputStream out) {
    this.zip = new ZipOutputStream(out);
  }

  /** Begins a file of lines; the next file ends it. */
  public void begin(String name) throws IOException {
    zip.putNextEntry(new ZipEntry(name));
  }

  /** Appends a line to the current file. */
  public void line(Object value) throws IOException {
    zip.write(JSON.writeValueAsBytes(value));
    zip.write('\n');
  }

  /** Appends a line about a resource, or one that says why it cannot be read. */
  public void line(UUID id, Supplier<?> value) throws IOException {
    Object line;
    try {
      line = value.get();
    } catch (RuntimeException failure) {
      line =
          new Unreadable(id, UnreadableEventException.reason(failure).orElseThrow(() -> failure));
    }
    line(line);
  }

  private record Unreadable(UUID id, String unreadable) {}

  public void file(String name, InputStream bytes) throws IOException {
    begin(name);
    bytes.transferTo(zip);
  }

  /** Ends the archive. The stream stays open. */
  void finish() throws IOException {
    zip.finish();
    zip.flush();
  }
}
