package dev.annals.files;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16LE;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Distinguishes Office formats by the names inside a file. The first bytes only tell the container:
 * ZIP (APPNOTE) for the newer formats, a compound file (MS-CFB) for the older ones.
 */
final class OfficeFile {

  private static final String OPEN_XML = "application/vnd.openxmlformats-officedocument.";
  private static final String PACKAGE = "[Content_Types].xml";
  private static final String ENCRYPTED = "EncryptedPackage";

  /** By format: the folder, with a slash, or the streams that identify it. */
  private static final Map<String, List<String>> MARKS =
      Map.of(
          OPEN_XML + "wordprocessingml.document",
          List.of("word/"),
          OPEN_XML + "spreadsheetml.sheet",
          List.of("xl/"),
          OPEN_XML + "presentationml.presentation",
          List.of("ppt/"),
          "application/msword",
          List.of("WordDocument"),
          "application/vnd.ms-excel",
          List.of("Workbook", "Book"),
          "application/vnd.ms-powerpoint",
          List.of("PowerPoint Document"));

  private static final int ZIP_END = 0x06054b50;
  private static final int ZIP_END_LENGTH = 22;
  private static final int MAX_COMMENT_LENGTH = 0xffff;
  private static final int ZIP_ENTRY = 0x02014b50;
  private static final int ZIP_ENTRY_LENGTH = 46;
  private static final int MAX_DIRECTORY_LENGTH = 1 << 20;

  private static final int COMPOUND_ENTRY_LENGTH = 128;
  private static final int MAX_NAME_LENGTH = 64;
  private static final int STREAM = 2;

  private OfficeFile() {}

  /** Returns true if a ZIP file can be of the type; a damaged one, without names, can. */
  static boolean zipCanBe(String type, Path file) throws IOException {
    Set<String> names = namesInZip(file);
    return names.isEmpty()
        || isMarked(type, names)
        || (names.contains(PACKAGE) && canBe(type, names))
        || !MARKS.containsKey(type);
  }

  /** Returns true if a compound file can be of the type, or is such a file, encrypted. */
  static boolean compoundCanBe(String type, Path file) throws IOException {
    Set<String> names = namesInCompound(file);
    return type.startsWith(OPEN_XML) ? names.contains(ENCRYPTED) : canBe(type, names);
  }

  // A file of one format may embed files of the others.
  private static boolean canBe(String type, Set<String> names) {
    return isMarked(type, names)
        || MARKS.keySet().stream().noneMatch(other -> isMarked(other, names));
  }

  private static boolean isMarked(String type, Set<String> names) {
    return MARKS.getOrDefault(type, List.of()).stream().anyMatch(names::contains);
  }

  /** Returns the first folder of each entry, or the entry's name if it is in none. */
  private static Set<String> namesInZip(Path file) throws IOException {
    Set<String> names = new HashSet<>();
    try (FileChannel channel = FileChannel.open(file)) {
      ByteBuffer entries = directoryOfZip(channel);
      while (entries.remaining() >= ZIP_ENTRY_LENGTH
          && entries.getInt(entries.position()) == ZIP_ENTRY) {
        int at = entries.position();
        int length = Short.toUnsignedInt(entries.getShort(at + 28));
        int others =
            Short.toUnsignedInt(entries.getShort(at + 30))
                + Short.toUnsignedInt(entries.getShort(at + 32));
        if (entries.remaining() < ZIP_ENTRY_LENGTH + length) {
          break;
        }
        byte[] bytes = new byte[length];
        entries.get(at + ZIP_ENTRY_LENGTH, bytes);
        String name = new String(bytes, ISO_8859_1);
        int slash = name.indexOf('/');
        names.add(slash < 0 ? name : name.substring(0, slash + 1));
        entries.position(Math.min(entries.limit(), at + ZIP_ENTRY_LENGTH + length + others));
      }
    }
    return names;
  }

  private static ByteBuffer directoryOfZip(FileChannel channel) throws IOException {
    long from = Math.max(0, channel.size() - ZIP_END_LENGTH - MAX_COMMENT_LENGTH);
    ByteBuffer end = read(channel, from, ZIP_END_LENGTH + MAX_COMMENT_LENGTH);
    for (int at = end.limit() - ZIP_END_LENGTH; at >= 0; at--) {
      if (end.getInt(at) == ZIP_END) {
        return read(
            channel,
            Integer.toUnsignedLong(end.getInt(at + 16)),
            Math.min(MAX_DIRECTORY_LENGTH, Integer.toUnsignedLong(end.getInt(at + 12))));
      }
    }
    return ByteBuffer.allocate(0);
  }

  private static ByteBuffer read(FileChannel channel, long from, long length) throws IOException {
    ByteBuffer bytes =
        ByteBuffer.allocate((int) Math.max(0, Math.min(length, channel.size() - from)))
            .order(ByteOrder.LITTLE_ENDIAN);
    int read = 0;
    while (bytes.hasRemaining() && read >= 0) {
      read = channel.read(bytes, from + bytes.position());
    }
    return bytes.flip();
  }

  /** Directory entries stand at multiples of their length; their fields identify them. */
  private static Set<String> namesInCompound(Path file) throws IOException {
    Set<String> names = new HashSet<>();
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
      byte[] entry = new byte[COMPOUND_ENTRY_LENGTH];
      while (in.readNBytes(entry, 0, entry.length) == entry.length) {
        int length = Byte.toUnsignedInt(entry[MAX_NAME_LENGTH]);
        if (entry[MAX_NAME_LENGTH + 1] == 0
            && entry[MAX_NAME_LENGTH + 2] == STREAM
            && length > 2
            && length <= MAX_NAME_LENGTH) {
          String name = new String(entry, 0, length - 2, UTF_16LE);
          if (name.equals(ENCRYPTED)
              || MARKS.values().stream().anyMatch(marks -> marks.contains(name))) {
            names.add(name);
          }
        }
      }
    }
    return names;
  }
}
