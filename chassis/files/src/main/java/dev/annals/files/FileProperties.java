package dev.annals.files;

import java.net.URI;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Settings of files.
 *
 * @param maxSize the maximum size of a file
 * @param quota the maximum size of all files of a user
 * @param types the allowed media types
 * @param folder the folder of files, and of uploads in progress; all command sides must share it,
 *     unless a bucket is configured
 * @param linkLifetime the lifetime of a signed URL
 * @param s3 a bucket that replaces the folder
 */
@ConfigurationProperties("annals.attachments")
record FileProperties(
    DataSize maxSize,
    DataSize quota,
    Set<String> types,
    String folder,
    Duration linkLifetime,
    @Nullable S3 s3) {

  /**
   * A bucket that replaces the folder.
   *
   * @param bucket the S3 bucket, or a bucket of a compatible service, that stores files instead of
   *     the folder. It must hold nothing else: unknown objects are deleted
   * @param region the region of the bucket
   * @param endpoint the URL of a compatible service; by default Amazon's. Clients must reach it,
   *     too, since signed URLs lead there
   * @param pathStyle whether URLs name the bucket in the path, as most compatible services require,
   *     instead of the host
   * @param accessKey the access key of a login that may list the bucket, and read, write and delete
   *     its objects; without it the default credentials chain of Amazon's SDK is used
   * @param secretKey the secret of the access key
   */
  record S3(
      @Nullable String bucket,
      @DefaultValue("us-east-1") String region,
      @Nullable URI endpoint,
      boolean pathStyle,
      @Nullable String accessKey,
      @Nullable String secretKey) {

    @Override
    public String toString() {
      return "S3[bucket=" + bucket + "]";
    }
  }
}
