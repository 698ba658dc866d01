package dev.annals.command.attachment;

import com.github.kagkarlsson.scheduler.task.Task;
import dev.annals.command.JobFailures;
import dev.annals.command.StoreJobs;
import jakarta.servlet.MultipartConfigElement;
import java.time.Clock;
import java.util.UUID;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(AttachmentProperties.class)
class AttachmentConfiguration {

  // The other parts of a multipart body may be as large as any other body.
  private static final int MAX_OVERHEAD = 1 << 20;

  @Bean
  ObjectStore objectStore(AttachmentProperties properties, SignedUrls urls, Clock clock) {
    return properties.s3() != null
        ? new S3Store(properties.s3(), clock)
        : new LocalStore(properties.folder(), urls);
  }

  /** Makes Tomcat write files to the spool folder, and enforce the limit while it reads. */
  @Bean
  MultipartConfigElement multipart(AttachmentProperties properties, Spool spool) {
    long maxSize = properties.maxSize().toBytes();
    return new MultipartConfigElement(
        spool.folder().toString(), maxSize, maxSize + MAX_OVERHEAD, 0);
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
