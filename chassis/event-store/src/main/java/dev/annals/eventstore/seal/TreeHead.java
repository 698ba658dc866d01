package dev.annals.eventstore.seal;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.time.Instant;

/**
 * The signed data of the tree at a size.
 *
 * @param root the Merkle tree hash of the first {@code size} leaves
 * @param signedAt in whole milliseconds
 */
@SuppressWarnings("ArrayRecordComponent")
public record TreeHead(long size, byte[] root, Instant signedAt) {

  // R and S concatenated (RFC 7518, 3.4).
  private static final String ES256 = "SHA256withECDSAinP1363Format";

  /** Returns the structure {@code TreeHeadDataV2} of RFC 9162, 4.10, without extensions. */
  public byte[] bytes() {
    return ByteBuffer.allocate(Long.BYTES + Long.BYTES + 1 + root.length + Short.BYTES)
        .putLong(signedAt.toEpochMilli())
        .putLong(size)
        .put((byte) root.length)
        .put(root)
        .putShort((short) 0)
        .array();
  }

  public byte[] sign(PrivateKey key) {
    try {
      Signature signature = Signature.getInstance(ES256);
      signature.initSign(key);
      signature.update(bytes());
      return signature.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("A tree head cannot be signed", e);
    }
  }

  public boolean isSignedBy(PublicKey key, byte[] signed) {
    try {
      Signature signature = Signature.getInstance(ES256);
      signature.initVerify(key);
      signature.update(bytes());
      return signature.verify(signed);
    } catch (GeneralSecurityException noSignature) {
      return false;
    }
  }
}
