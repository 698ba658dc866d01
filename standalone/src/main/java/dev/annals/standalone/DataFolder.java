package dev.annals.standalone;

import com.sun.security.auth.module.UnixSystem;
import dev.annals.base.start.CannotStartException;
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
 * The folder of all data of this program. A lock, which ends with the process, keeps other programs
 * out. Only the owner may read the folder, since it holds the master key.
 */
record DataFolder(Path root, FileChannel lock) implements AutoCloseable {
  private static final boolean POSIX =
      FileSystems.getDefault().supportedFileAttributeViews().contains("posix");

  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rwx------");

  /**
   * Creates the folder if it is missing, and locks it for this process.
   *
   * @throws CannotStartException if the folder cannot be created or written, belongs to another
   *     user, or is locked by another program
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
      restrictToOwner(folder);
      // OrphanedPostgres recognizes processes of an earlier start by this path.
      Path root = folder.toRealPath();
      return new DataFolder(root, lock(root));
    } catch (IOException e) {
      throw unusable(folder, reason(e));
    }
  }

  /** Returns the path of an entry of this folder; it need not exist. */
  Path resolve(String name) {
    return root.resolve(name);
  }

  /** Syncs this folder, so that created, renamed and deleted entries survive a power failure. */
  void force() throws IOException {
    force(root);
  }

  /** Creates a folder with mode 0700. */
  static void createPrivate(Path folder) throws IOException {
    Files.createDirectory(
        folder,
        POSIX
            ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(OWNER_ONLY)}
            : new FileAttribute<?>[0]);
  }

  /**
   * Replaces a file atomically, with mode 0600. The new content is on disk before this method
   * returns; a kill leaves the old file or the new one.
   */
  static void write(Path file, String content) throws IOException {
    // Java creates temporary files with mode 0600.
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

  /** Returns a random password of 256 bits in URL-safe base64, which needs no quotes. */
  static String newPassword() {
    return new Base64StringKeyGenerator(Base64.getUrlEncoder().withoutPadding(), 32).generateKey();
  }

  private static void force(Path folder) throws IOException {
    // Windows cannot open folders.
    if (POSIX) {
      try (FileChannel directory = FileChannel.open(folder, StandardOpenOption.READ)) {
        directory.force(true);
      }
    }
  }

  private static void restrictToOwner(Path folder) throws IOException {
    if (!POSIX) {
      return;
    }
    if ((int) Files.getAttribute(folder, "unix:uid") != (int) new UnixSystem().getUid()) {
      throw unusable(folder, "it belongs to another user, " + Files.getOwner(folder).getName());
    }
    Files.setPosixFilePermissions(folder, OWNER_ONLY);
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
      // Handled like a lock of another process.
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

  /** Releases the lock. */
  @Override
  public void close() throws IOException {
    lock.close();
  }

  @Override
  public String toString() {
    return root.toString();
  }
}
