package dev.annals.files;

import dev.annals.jobs.role.ProcessRole;
import dev.annals.jobs.role.ServedBy;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.springframework.http.MediaType;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Reports the contents of the store to administrators. */
@RestController
@Tag(name = "Operations")
@ServedBy(ProcessRole.COMMANDS)
record StorageController(ObjectStore store, JdbcClient jdbc) {

  /**
   * The contents of the store.
   *
   * @param orphans the number of objects that belong to no file of a user
   */
  record Storage(long objects, long bytes, long orphans) {}

  /** Counts the stored files and their bytes. Orphans are files that nothing holds. */
  @GetMapping(path = "/admin/storage", produces = MediaType.APPLICATION_JSON_VALUE)
  Storage storage() {
    AtomicLong objects = new AtomicLong();
    AtomicLong bytes = new AtomicLong();
    AtomicLong attached = new AtomicLong();
    store.list(
        page -> {
          objects.addAndGet(page.size());
          bytes.addAndGet(page.stream().mapToLong(ObjectStore.Stored::size).sum());
          attached.addAndGet(attached(page));
        });
    return new Storage(objects.get(), bytes.get(), objects.get() - attached.get());
  }

  private long attached(List<ObjectStore.Stored> page) {
    String[] keys = page.stream().map(ObjectStore.Stored::key).toArray(String[]::new);
    String[] sha256s =
        Stream.of(keys)
            .map(key -> key.replace(ObjectStore.object(""), "").replaceFirst("\\..*", ""))
            .toArray(String[]::new);
    return jdbc.sql(
            """
            select count(*) from attachment.object
            where sha256 = any(?) and 'objects/' || sha256 || coalesce('.' || place, '') = any(?)
            and exists (
              select from attachment.file
              where attachment_id is not null and file.sha256 = object.sha256)
            """)
        .params(sha256s, keys)
        .query(Long.class)
        .single();
  }
}
