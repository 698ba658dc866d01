package dev.annals.eventstore.seal;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.List;

/** A literal and slow implementation of RFC 9162, 2.1, independent of the program. */
final class Rfc9162 {

  private Rfc9162() {}

  /** Returns the Merkle tree hash of a list of entries (2.1.1). */
  static byte[] mth(List<byte[]> entries) {
    int n = entries.size();
    if (n == 0) {
      return sha256();
    }
    if (n == 1) {
      return leaf(entries.get(0));
    }
    int k = 1;
    while (k * 2 < n) {
      k *= 2;
    }
    return node(mth(entries.subList(0, k)), mth(entries.subList(k, n)));
  }

  /** Verifies an inclusion proof (2.1.3.2). */
  static boolean verifies(
      byte[] hash, long leafIndex, long treeSize, List<byte[]> path, byte[] rootHash) {
    if (leafIndex >= treeSize) {
      return false;
    }
    long fn = leafIndex;
    long sn = treeSize - 1;
    byte[] r = hash;
    for (byte[] p : path) {
      if (sn == 0) {
        return false;
      }
      if ((fn & 1) == 1 || fn == sn) {
        r = node(p, r);
        while ((fn & 1) == 0 && fn != 0) {
          fn >>= 1;
          sn >>= 1;
        }
      } else {
        r = node(r, p);
      }
      fn >>= 1;
      sn >>= 1;
    }
    return sn == 0 && Arrays.equals(r, rootHash);
  }

  static byte[] leaf(byte[] entry) {
    return sha256(new byte[] {0}, entry);
  }

  private static byte[] node(byte[] left, byte[] right) {
    return sha256(new byte[] {1}, left, right);
  }

  private static byte[] sha256(byte[]... parts) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (byte[] part : parts) {
        digest.update(part);
      }
      return digest.digest();
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }
}
