package dev.annals.standalone;

import com.sun.security.auth.module.UnixSystem;
import dev.annals.platform.start.CannotStartException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.Set;
import org.springframework.security.crypto.keygen.Base64StringKeyGenerator;

/**
 * The one folder in which this program keeps things, held by a lock that ends with the process,
 * however it ends. Only its owner may look in: it holds the master key.
 */
final class DataFolder implements AutoCloseable {
  private static final boolean POSIX =
      FileSystems.getDefault().supportedFileAttributeViews().contains("posix");

  private static final Set<PosixFilePermission> OWNERS =
      PosixFilePermissions.fromString("rwx------");

  private final Path root;
  private final FileChannel lock;

  private DataFolder(Path root, FileChannel lock) {
    this.root = root;
    this.lock = lock;
  }

  /**
   * Makes the folder where it is missing, and takes it for this process.
   *
   * @throws CannotStartException when it cannot be made or written, belongs to another user, or
   *     another program has it
   */
  static DataFolder open(Path folder) {
    try {
      if (Files.exists(folder) && !Files.isDirectory(folder)) {
        throw unusable(folder, "it is not a folder");
      }
      if (Files.notExists(folder)) {
        Files.createDirectories(folder.toAbsolutePath().getParent());
        createPrivate(folder);
      }
      keepOthersOut(folder);
      // Processes left behind by an earlier start are recognised by this path.
      Path root = folder.toRealPath();
      return new DataFolder(root, lock(root));
    } catch (IOException e) {
      throw unusable(folder, reason(e));
    }
  }

  /** A file or folder directly in this one, whether it is there or not. */
  Path resolve(String name) {
    return root.resolve(name);
  }

  /** Makes an entry that was just made, renamed or deleted in this folder survive a power cut. */
  void force() throws IOException {
    force(root);
  }

  /** Makes a folder that only its owner can read, write or search. */
  static void createPrivate(Path folder) throws IOException {
    Files.createDirectory(
        folder,
        POSIX
            ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(OWNERS)}
            : new FileAttribute<?>[0]);
  }

  /**
   * Puts a file in the place of the one that was there, which only its owner can read or write. It
   * is on the disk before this returns; a kill leaves the old one or the new one.
   */
  static void write(Path file, String content) throws IOException {
    // Java makes temporary files with 0600.
    Path unfinished = Files.createTempFile(file.getParent(), file.getFileName().toString(), ".tmp");
    try (FileChannel channel = FileChannel.open(unfinished, StandardOpenOption.WRITE)) {
      ByteBuffer rest = StandardCharsets.US_ASCII.encode(content);
      while (rest.hasRemaining()) {
        channel.write(rest);
      }
      channel.force(true);
    }
    Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
    force(file.getParent());
  }

  /** Makes up a password of 256 bits, of characters that need no quotes anywhere. */
  static String newPassword() {
    return new Base64StringKeyGenerator(Base64.getUrlEncoder().withoutPadding(), 32).generateKey();
  }

  private static void force(Path folder) throws IOException {
    // Windows opens no folders.
    if (POSIX) {
      try (FileChannel directory = FileChannel.open(folder, StandardOpenOption.READ)) {
        directory.force(true);
      }
    }
  }

  private static void keepOthersOut(Path folder) throws IOException {
    if (!POSIX) {
      return;
    }
    if ((int) Files.getAttribute(folder, "unix:uid") != (int) new UnixSystem().getUid()) {
      throw unusable(folder, "it belongs to another user, " + Files.getOwner(folder).getName());
    }
    Files.setPosixFilePermissions(folder, OWNERS);
  }

  private static FileChannel lock(Path root) throws IOException {
    FileChannel channel =
        FileChannel.open(
            root.resolve("annals.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      FileLock held = channel.tryLock();
      if (held != null) {
        return channel;
      }
    } catch (OverlappingFileLockException heldByThisProcess) {
      // The same as held by another one.
    }
    channel.close();
    throw new CannotStartException(
        "Another Annals is running on the data folder %s (annals.data-dir).".formatted(root));
  }

  private static String reason(IOException e) {
    if (e instanceof AccessDeniedException) {
      return "access is denied";
    }
    return e instanceof FileSystemException file && file.getReason() != null
        ? file.getReason()
        : e.toString();
  }

  private static CannotStartException unusable(Path folder, String why) {
    return new CannotStartException(
        "The data folder %s (annals.data-dir) cannot be used: %s.".formatted(folder, why));
  }

  /** Gives the folder free for the next program. */
  @Override
  public void close() throws IOException {
    lock.close();
  }

  @Override
  public String toString() {
    return root.toString();
  }
}
