package dev.annals.files;

import dev.annals.base.start.CannotStartException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.commons.io.input.BoundedInputStream;

/**
 * Stores bytes in a folder that all command sides share. A file is written elsewhere, forced to the
 * disk and renamed, so no reader sees a part of it. Signed URLs lead to this service.
 */
final class LocalStore implements ObjectStore {

  private static final List<String> KINDS = List.of("objects", "uploads");

  private final Path root;
  private final SignedUrls urls;

  /**
   * Creates the folder if it is missing.
   *
   * @throws CannotStartException if the folder cannot be used
   */
  LocalStore(String folder, SignedUrls urls) {
    this.root = Path.of(folder).toAbsolutePath();
    this.urls = urls;
    try {
      for (String kind : KINDS) {
        Files.createDirectories(root.resolve(kind));
      }
    } catch (IOException e) {
      throw new CannotStartException(
          "The folder %s (annals.attachments.folder) cannot be used: %s."
              .formatted(folder, e.getClass().getSimpleName()),
          e);
    }
  }

  @Override
  public void put(String key, SpooledFile file) {
    ObjectStore.onDisk(
        () -> {
          force(file.path(), StandardOpenOption.WRITE);
          Path target = path(key);
          if (!Files.isDirectory(target.getParent())) {
            Files.createDirectories(target.getParent());
            force(target.getParent().getParent(), StandardOpenOption.READ);
          }
          Files.move(file.path(), target, StandardCopyOption.ATOMIC_MOVE);
          force(target.getParent(), StandardOpenOption.READ);
          return target;
        });
  }

  @Override
  public Optional<InputStream> open(String key, long from, long length) {
    try {
      return Optional.of(
          BoundedInputStream.builder()
              .setInputStream(Channels.newInputStream(FileChannel.open(path(key)).position(from)))
              .setMaxCount(length)
              .get());
    } catch (NoSuchFileException none) {
      return Optional.empty();
    } catch (IOException e) {
      throw ObjectStore.unavailable(e);
    }
  }

  @Override
  public void delete(String key) {
    ObjectStore.onDisk(() -> Files.deleteIfExists(path(key)));
  }

  @Override
  public void list(Consumer<List<Stored>> pages) {
    for (String kind : KINDS) {
      list(kind, pages);
    }
  }

  private void list(String kind, Consumer<List<Stored>> pages) {
    try (Stream<Path> files = Files.walk(root.resolve(kind))) {
      List<Stored> page = new ArrayList<>();
      for (Iterator<Path> all = files.iterator(); all.hasNext(); ) {
        stored(kind, all.next()).ifPresent(page::add);
        if (page.size() == PAGE || (!all.hasNext() && !page.isEmpty())) {
          pages.accept(List.copyOf(page));
          page.clear();
        }
      }
    } catch (IOException e) {
      throw ObjectStore.unavailable(e);
    }
  }

  @Override
  public SignedUpload signUpload(Upload upload, Instant expiresAt) {
    return new SignedUpload(
        "PUT",
        urls.sign("PUT", SignedUrls.UPLOADS + upload.id(), expiresAt),
        Map.of("Content-Type", upload.contentType()));
  }

  @Override
  public String signDownload(Download file, String key, Instant expiresAt) {
    return urls.sign("GET", SignedUrls.DOWNLOADS + file.holderId() + "/" + file.id(), expiresAt);
  }

  // The first two digits name a subfolder, so that no folder gets too large.
  private Path path(String key) {
    int name = key.indexOf('/') + 1;
    return root.resolve(key.substring(0, name))
        .resolve(key.substring(name, name + 2))
        .resolve(key.substring(name));
  }

  private Optional<Stored> stored(String kind, Path file) throws IOException {
    try {
      BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
      return attributes.isRegularFile()
          ? Optional.of(
              new Stored(
                  kind + "/" + file.getFileName(),
                  attributes.size(),
                  attributes.lastModifiedTime().toInstant()))
          : Optional.empty();
    } catch (NoSuchFileException goneMeanwhile) {
      return Optional.empty();
    }
  }

  private static void force(Path path, StandardOpenOption access) throws IOException {
    try (FileChannel channel = FileChannel.open(path, access)) {
      channel.force(true);
    }
  }
}
