package dev.annals.command.attachment;

import java.net.URI;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * What is allowed of attachments.
 *
 * @param maxSize how much one file may have
 * @param quota how much all files of a user together may have
 * @param types the media types that can be attached
 * @param folder where the local store keeps the bytes, and what arrives is written to first; all
 *     command sides must see the same folder, unless there is a bucket
 * @param linkLifetime how long a signed URL is good for
 * @param s3 where they are kept instead, if that is configured
 */
@ConfigurationProperties("annals.attachments")
record AttachmentProperties(
    DataSize maxSize,
    DataSize quota,
    Set<String> types,
    String folder,
    Duration linkLifetime,
    @Nullable S3 s3) {

  /**
   * A bucket to keep the bytes in, in the place of the folder.
   *
   * @param bucket the bucket of S3, or of a service that speaks its protocol, that keeps the bytes
   *     in the place of the folder, and nothing else: what is in it and is not known is removed
   * @param region where the bucket is
   * @param endpoint the URL of another service than Amazon's; clients must reach it, too, since
   *     signed URLs lead there
   * @param pathStyle whether the bucket is named in the path, as most other services want it, and
   *     not in the host's name
   * @param accessKey who may list the bucket, and read, write and delete what is in it; without it
   *     credentials are looked for where Amazon's SDK does
   * @param secretKey goes with the access key
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
