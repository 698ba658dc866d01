package dev.annals.files;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.task.Task;
import dev.annals.base.start.ChassisConfiguration;
import dev.annals.eventstore.axon.CommitSignal;
import dev.annals.http.time.PeriodicTasks;
import dev.annals.jobs.JobFailures;
import dev.annals.jobs.JobRunner;
import dev.annals.jobs.Schedulers;
import dev.annals.jobs.role.ProcessProperties;
import jakarta.servlet.MultipartConfigElement;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.simple.JdbcClient;

@ChassisConfiguration
@Import({
  AllowedTypes.class,
  FileStorage.class,
  FileTypes.class,
  OrphanedFileCleanup.class,
  SignedUrls.class,
  Spool.class,
  StorageController.class,
  StoredFiles.class,
  StoredObjects.class
})
@EnableConfigurationProperties(FileProperties.class)
class FileConfiguration {

  // The other parts of a multipart body may be as large as any other body.
  private static final int MAX_OVERHEAD = 1 << 20;
  private static final String JOBS = "attachment.jobs";
  private static final int STORE_THREADS = 2;
  // An interrupted call of a store is repeated.
  private static final Duration STORE_SHUTDOWN_TIMEOUT = Duration.ofSeconds(2);

  @Bean
  ObjectStore objectStore(FileProperties properties, SignedUrls urls, Clock clock) {
    return properties.s3() != null
        ? new S3Store(properties.s3(), clock)
        : new LocalStore(properties.folder(), urls);
  }

  /** Makes Tomcat write files to the spool folder, and enforce the limit while it reads. */
  @Bean
  MultipartConfigElement multipart(FileProperties properties, Spool spool) {
    long maxSize = properties.maxSize().toBytes();
    return new MultipartConfigElement(
        spool.folder().toString(), maxSize, maxSize + MAX_OVERHEAD, 0);
  }

  /** Has its own table, so that a store that hangs does not delay other jobs. */
  @Bean(destroyMethod = "", defaultCandidate = false)
  @StoreJobs
  Scheduler storeScheduler(
      DataSource dataSource,
      @StoreJobs List<Task<?>> jobs,
      ProcessProperties properties,
      Clock clock) {
    return Schedulers.builder(dataSource, jobs, properties, clock)
        .tableName(JOBS)
        .threads(STORE_THREADS)
        .shutdownMaxWait(STORE_SHUTDOWN_TIMEOUT)
        .build();
  }

  @Bean
  JobRunner storeJobRunner(
      @StoreJobs Scheduler scheduler,
      JdbcClient jdbc,
      PeriodicTasks timer,
      CommitSignal signal,
      ProcessProperties properties,
      Clock clock) {
    return new JobRunner(scheduler, JOBS, jdbc, timer, signal, properties, clock);
  }

  @Bean
  Task<String> releaseOfBytes(StoredObjects objects, JobFailures failures) {
    return failures.retried(
        StoredObjects.RELEASE, (release, context) -> objects.release(release.getData()));
  }

  @Bean(defaultCandidate = false)
  @StoreJobs
  Task<String> removalOfBytes(OrphanedFileCleanup cleanup, JobFailures failures) {
    return failures.retried(
        StoredObjects.REMOVAL, (removal, context) -> cleanup.remove(removal.getData()));
  }

  @Bean(defaultCandidate = false)
  @StoreJobs
  Task<Void> endOfUpload(OrphanedFileCleanup cleanup, JobFailures failures) {
    return failures.retried(
        StoredFiles.UPLOAD_END, (end, context) -> cleanup.end(UUID.fromString(end.getId())));
  }
}
