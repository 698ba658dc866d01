package dev.annals.files;

import dev.annals.jobs.schedule.Schedule;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;

/** Deletes bytes without a holder: at once in jobs; a daily sweep deletes the rest. */
record OrphanedFileCleanup(
    StoredFiles files, StoredObjects objects, ObjectStore store, Spool spool, Clock clock)
    implements Schedule {

  private static final Duration MIN_AGE = Duration.ofDays(1);
  private static final String OBJECT = ObjectStore.object("");

  /** Deletes an object unless the bytes have a holder. */
  void remove(String key) {
    if (!key.startsWith(OBJECT) || !objects.keepInFirstPlace(key.substring(OBJECT.length()))) {
      store.delete(key);
    }
  }

  /** Ends an upload, complete or not, and deletes the bytes sent to its URL. */
  void end(UUID upload) {
    // Releasing the claim schedules the deletion.
    if (!files.releaseClaim(upload)) {
      store.delete(ObjectStore.upload(upload));
    }
  }

  @Override
  public String name() {
    return "storage-sweep";
  }

  @Override
  public void run(Trigger trigger) {
    Instant before = clock.instant().minus(MIN_AGE);
    spool.sweep(before);
    files.releaseClaims(before);
    objects.releaseAll();
    objects.forgetReleased(before);
    store.list(
        page -> page.stream().filter(it -> it.since().isBefore(before)).forEach(this::sweep));
  }

  /** Deletes an old object that has no row. */
  private void sweep(ObjectStore.Stored stored) {
    if (!stored.key().startsWith(OBJECT)) {
      store.delete(stored.key());
      return;
    }
    String[] name = stored.key().substring(OBJECT.length()).split("\\.", 2);
    if (name.length == 1) {
      objects.releaseUnknown(name[0]);
    } else if (!objects.isPlace(name[0], name[1])) {
      store.delete(stored.key());
    }
  }
}
