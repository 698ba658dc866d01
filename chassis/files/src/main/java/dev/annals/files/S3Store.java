package dev.annals.files;

import dev.annals.base.start.CannotStartException;
import dev.annals.files.FileProperties.S3;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;
import software.amazon.awssdk.services.s3.presigner.model.PresignedPutObjectRequest;

/**
 * Stores bytes in a bucket of S3 or of a compatible service. A file is put by one request with its
 * checksum; no reader sees a part of it. Signed URLs lead to the bucket itself.
 */
final class S3Store implements ObjectStore, AutoCloseable {

  /** The timeout of a call, including its retries. */
  private static final Duration CALL_TIMEOUT = Duration.ofSeconds(5);

  private static final int ATTEMPTS = 5;

  /** The rate that the timeout of a call assumes for the bytes that it sends. */
  private static final int MIN_BYTES_PER_SECOND = 1 << 20;

  // HTTP clients set these themselves, and some forbid setting them.
  private static final Set<String> IMPLICIT_HEADERS = Set.of("host", "content-length");

  private final S3Client s3;
  private final S3Presigner presigner;
  private final String bucket;
  private final Clock clock;

  /**
   * Checks the bucket. A service that does not answer may still come back.
   *
   * @throws CannotStartException if the service answers that the bucket cannot be used
   */
  S3Store(S3 settings, Clock clock) {
    this.bucket = required(settings);
    this.clock = clock;
    AwsCredentialsProvider credentials = credentials(settings);
    Region region = Region.of(settings.region());
    S3Configuration configuration =
        S3Configuration.builder()
            .pathStyleAccessEnabled(settings.pathStyle())
            // The HTTP client would wait for a service that does not answer 100.
            .expectContinueEnabled(false)
            // It would end a body by a chunk without bytes. A service that answers before it has
            // read that chunk breaks the connection.
            .chunkedEncodingEnabled(false)
            .build();
    s3 =
        S3Client.builder()
            .region(region)
            .endpointOverride(settings.endpoint())
            .credentialsProvider(credentials)
            .serviceConfiguration(configuration)
            // Not every service supports the optional checksums.
            .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
            .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
            .overrideConfiguration(
                calls ->
                    calls
                        // A server that fails for half a second is not away.
                        .retryStrategy(
                            AwsRetryStrategy.standardRetryStrategy().toBuilder()
                                .maxAttempts(ATTEMPTS)
                                .build())
                        .apiCallTimeout(CALL_TIMEOUT)
                        // S3 may close kept connections; then all attempts could fail. And
                        // closing an unread answer must drop its connection.
                        .putHeader("Connection", "close"))
            // It has no pool, so slow clients cannot exhaust it.
            .httpClientBuilder(
                UrlConnectionHttpClient.builder()
                    .connectionTimeout(Duration.ofSeconds(2))
                    .socketTimeout(CALL_TIMEOUT))
            .build();
    presigner =
        S3Presigner.builder()
            .region(region)
            .endpointOverride(settings.endpoint())
            .credentialsProvider(credentials)
            .serviceConfiguration(configuration)
            .build();
    requireBucket();
  }

  private static String required(S3 settings) {
    if (settings.bucket() == null || settings.bucket().isBlank()) {
      throw new CannotStartException(
          "The configuration is not complete, not set: annals.attachments.s3.bucket.");
    }
    if (settings.endpoint() != null
        && (settings.endpoint().getHost() == null
            || !Set.of("http", "https").contains(settings.endpoint().getScheme()))) {
      throw new CannotStartException(
          "The property annals.attachments.s3.endpoint is not valid: it must be a URL of http or"
              + " https.");
    }
    return settings.bucket();
  }

  private static AwsCredentialsProvider credentials(S3 settings) {
    if ((settings.accessKey() == null) != (settings.secretKey() == null)) {
      throw new CannotStartException(
          "The properties annals.attachments.s3.access-key and annals.attachments.s3.secret-key"
              + " must both be set, or neither.");
    }
    if (settings.accessKey() != null) {
      return StaticCredentialsProvider.create(
          AwsBasicCredentials.create(settings.accessKey(), settings.secretKey()));
    }
    AwsCredentialsProvider found = DefaultCredentialsProvider.builder().build();
    try {
      found.resolveCredentials();
      return found;
    } catch (SdkException e) {
      throw new CannotStartException(
          "There are no credentials for S3 (annals.attachments.s3.access-key,"
              + " annals.attachments.s3.secret-key).",
          e);
    }
  }

  private void requireBucket() {
    try {
      s3.headBucket(request -> request.bucket(bucket));
    } catch (SdkException | UncheckedIOException e) {
      if (e instanceof S3Exception refused && refused.statusCode() < 500) {
        close();
        throw new CannotStartException(
            "The bucket %s (annals.attachments.s3) cannot be used: S3 answers %d."
                .formatted(bucket, refused.statusCode()),
            e);
      }
      LoggerFactory.getLogger(S3Store.class)
          .warn("S3 does not answer. Files are unavailable until it does: {}", e.getMessage());
    }
  }

  @Override
  public void put(String key, SpooledFile file) {
    Duration timeout = CALL_TIMEOUT.plusSeconds(file.size() / MIN_BYTES_PER_SECOND);
    answered(
        () ->
            s3.putObject(
                request ->
                    request
                        .bucket(bucket)
                        .key(key)
                        .checksumSHA256(base64(file.sha256()))
                        .overrideConfiguration(call -> call.apiCallTimeout(timeout)),
                RequestBody.fromFile(file.path())));
  }

  @Override
  public Optional<InputStream> open(String key, long from, long length) {
    String last = length == Long.MAX_VALUE ? "" : Long.toString(from + length - 1);
    String range = from == 0 && last.isEmpty() ? null : "bytes=" + from + "-" + last;
    return answered(
        () -> {
          try {
            return Optional.of(s3.getObject(get -> get.bucket(bucket).key(key).range(range)));
          } catch (NoSuchKeyException none) {
            return Optional.empty();
          }
        });
  }

  @Override
  public void delete(String key) {
    answered(() -> s3.deleteObject(request -> request.bucket(bucket).key(key)));
  }

  @Override
  public void list(Consumer<List<Stored>> pages) {
    for (String kind : List.of("objects/", "uploads/")) {
      answered(
          () -> {
            s3.listObjectsV2Paginator(list -> list.bucket(bucket).prefix(kind).maxKeys(PAGE))
                .forEach(
                    page -> pages.accept(page.contents().stream().map(S3Store::stored).toList()));
            return null;
          });
    }
  }

  private static Stored stored(S3Object object) {
    return new Stored(object.key(), object.size(), object.lastModified());
  }

  @Override
  public SignedUpload signUpload(Upload upload, Instant expiresAt) {
    PresignedPutObjectRequest signed =
        presigner.presignPutObject(
            request ->
                request
                    .signatureDuration(Duration.between(clock.instant(), expiresAt))
                    .putObjectRequest(
                        put ->
                            put.bucket(bucket)
                                .key(ObjectStore.upload(upload.id()))
                                .contentType(upload.contentType())
                                .contentLength(upload.size())
                                .checksumSHA256(base64(upload.sha256()))));
    Map<String, String> headers = new LinkedHashMap<>();
    signed.signedHeaders().forEach((name, values) -> headers.put(name, values.get(0)));
    headers.keySet().removeIf(name -> IMPLICIT_HEADERS.contains(name.toLowerCase(Locale.ROOT)));
    return new SignedUpload("PUT", signed.url().toString(), headers);
  }

  @Override
  public String signDownload(Download file, String key, Instant expiresAt) {
    return presigner
        .presignGetObject(
            request ->
                request
                    .signatureDuration(Duration.between(clock.instant(), expiresAt))
                    .getObjectRequest(
                        get ->
                            get.bucket(bucket)
                                .key(key)
                                .responseContentType(file.contentType())
                                .responseContentDisposition(FileName.disposition(file.fileName()))))
        .url()
        .toString();
  }

  @Override
  public void close() {
    s3.close();
    presigner.close();
  }

  private static String base64(String hex) {
    return Base64.getEncoder().encodeToString(HexFormat.of().parseHex(hex));
  }

  // The SDK's HTTP client throws UncheckedIOException when a connection breaks before the response.
  private static <T> T answered(Supplier<T> call) {
    try {
      return call.get();
    } catch (SdkException | UncheckedIOException e) {
      throw ObjectStore.unavailable(e);
    }
  }
}
