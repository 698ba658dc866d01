package dev.annals.http.web;

import dev.annals.http.crypto.Sha256;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.UUID;

/** Derives UUIDs from names (RFC 9562, version 8, of SHA-256), always the same: ids are stored. */
public final class NameBasedUuids {

  private NameBasedUuids() {}

  /** Returns the id of a sequence of names. Their boundaries are significant. */
  public static UUID of(String... names) {
    MessageDigest digest = Sha256.digest();
    for (String name : names) {
      byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
      digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
      digest.update(bytes);
    }
    ByteBuffer hash = ByteBuffer.wrap(digest.digest());
    long high = (hash.getLong() & ~0xF000L) | 0x8000L;
    long low = (hash.getLong() & 0x3FFF_FFFF_FFFF_FFFFL) | 0x8000_0000_0000_0000L;
    return new UUID(high, low);
  }

  /** Returns the id of a batch's item by its index. */
  public static UUID item(UUID batch, int index) {
    return of(batch.toString(), Integer.toString(index));
  }
}
