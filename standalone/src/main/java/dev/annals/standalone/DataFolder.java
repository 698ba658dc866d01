package dev.annals.standalone;

import dev.annals.platform.start.CannotStartException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * The one folder in which this program keeps things, held by a lock that ends with the process,
 * however it ends. Only its owner may look in: it holds the master key.
 */
final class DataFolder implements AutoCloseable {
  private final Path root;
  private final FileChannel lock;

  private DataFolder(Path root, FileChannel lock) {
    this.root = root;
    this.lock = lock;
  }

  /**
   * Makes the folder where it is missing, and takes it for this process.
   *
   * @throws CannotStartException when it cannot be made or written, or another program has it
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
    try (FileChannel directory = FileChannel.open(root, StandardOpenOption.READ)) {
      directory.force(true);
    }
  }

  /** Makes a folder that only its owner can read, write or search. */
  static void createPrivate(Path folder) throws IOException {
    Files.createDirectory(
        folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
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
