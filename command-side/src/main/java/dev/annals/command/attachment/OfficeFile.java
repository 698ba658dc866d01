package dev.annals.command.attachment;

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
 * Tells Office files apart by the names inside: their first bytes are those of the container alone,
 * which is ZIP (APPNOTE) for the newer formats and a compound file (MS-CFB) for the older ones.
 */
final class OfficeFile {

  private static final String OPEN_XML = "application/vnd.openxmlformats-officedocument.";
  private static final String PACKAGE = "[Content_Types].xml";
  private static final String ENCRYPTED = "EncryptedPackage";

  /** The folder, with a slash, or the streams by which a format is known. */
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

  private static final int END_OF_ZIP = 0x06054b50;
  private static final int END_OF_ZIP_LENGTH = 22;
  private static final int LONGEST_COMMENT = 0xffff;
  private static final int ENTRY_OF_ZIP = 0x02014b50;
  private static final int ENTRY_OF_ZIP_LENGTH = 46;
  private static final int MOST_OF_DIRECTORY = 1 << 20;

  private static final int ENTRY_OF_COMPOUND_LENGTH = 128;
  private static final int LONGEST_NAME = 64;
  private static final int STREAM = 2;

  private OfficeFile() {}

  /**
   * Whether a file that is a ZIP can be of that type. A damaged one can: it has no names to tell.
   */
  static boolean zipCanBe(String type, Path file) throws IOException {
    Set<String> names = namesInZip(file);
    return names.isEmpty()
        || isMarked(type, names)
        || (names.contains(PACKAGE) && canBe(type, names))
        || !MARKS.containsKey(type);
  }

  /** Whether a compound file can be of that type, or is such a file with a password. */
  static boolean compoundCanBe(String type, Path file) throws IOException {
    Set<String> names = namesInCompound(file);
    return type.startsWith(OPEN_XML) ? names.contains(ENCRYPTED) : canBe(type, names);
  }

  // A file of one format may have files of the others inside.
  private static boolean canBe(String type, Set<String> names) {
    return isMarked(type, names)
        || MARKS.keySet().stream().noneMatch(other -> isMarked(other, names));
  }

  private static boolean isMarked(String type, Set<String> names) {
    return MARKS.getOrDefault(type, List.of()).stream().anyMatch(names::contains);
  }

  /** The first folder of each entry, or its name if it is in none. */
  private static Set<String> namesInZip(Path file) throws IOException {
    Set<String> names = new HashSet<>();
    try (FileChannel channel = FileChannel.open(file)) {
      ByteBuffer entries = directoryOfZip(channel);
      while (entries.remaining() >= ENTRY_OF_ZIP_LENGTH
          && entries.getInt(entries.position()) == ENTRY_OF_ZIP) {
        int at = entries.position();
        int length = Short.toUnsignedInt(entries.getShort(at + 28));
        int others =
            Short.toUnsignedInt(entries.getShort(at + 30))
                + Short.toUnsignedInt(entries.getShort(at + 32));
        if (entries.remaining() < ENTRY_OF_ZIP_LENGTH + length) {
          break;
        }
        byte[] bytes = new byte[length];
        entries.get(at + ENTRY_OF_ZIP_LENGTH, bytes);
        String name = new String(bytes, ISO_8859_1);
        int slash = name.indexOf('/');
        names.add(slash < 0 ? name : name.substring(0, slash + 1));
        entries.position(Math.min(entries.limit(), at + ENTRY_OF_ZIP_LENGTH + length + others));
      }
    }
    return names;
  }

  private static ByteBuffer directoryOfZip(FileChannel channel) throws IOException {
    long from = Math.max(0, channel.size() - END_OF_ZIP_LENGTH - LONGEST_COMMENT);
    ByteBuffer end = read(channel, from, END_OF_ZIP_LENGTH + LONGEST_COMMENT);
    for (int at = end.limit() - END_OF_ZIP_LENGTH; at >= 0; at--) {
      if (end.getInt(at) == END_OF_ZIP) {
        return read(
            channel,
            Integer.toUnsignedLong(end.getInt(at + 16)),
            Math.min(MOST_OF_DIRECTORY, Integer.toUnsignedLong(end.getInt(at + 12))));
      }
    }
    return ByteBuffer.allocate(0);
  }

  private static ByteBuffer read(FileChannel channel, long from, long length) throws IOException {
    ByteBuffer bytes =
        ByteBuffer.allocate((int) Math.max(0, Math.min(length, channel.size() - from)))
            .order(ByteOrder.LITTLE_ENDIAN);
    while (bytes.hasRemaining() && channel.read(bytes, from + bytes.position()) >= 0) {
      // Reads on.
    }
    return bytes.flip();
  }

  /** Entries of its directory stand wherever a record can begin, and say what they are. */
  private static Set<String> namesInCompound(Path file) throws IOException {
    Set<String> names = new HashSet<>();
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
      byte[] entry = new byte[ENTRY_OF_COMPOUND_LENGTH];
      while (in.readNBytes(entry, 0, entry.length) == entry.length) {
        int length = Byte.toUnsignedInt(entry[LONGEST_NAME]);
        if (entry[LONGEST_NAME + 1] == 0
            && entry[LONGEST_NAME + 2] == STREAM
            && length > 2
            && length <= LONGEST_NAME) {
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
