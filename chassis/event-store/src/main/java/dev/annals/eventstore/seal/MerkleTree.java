package dev.annals.eventstore.seal;

import dev.annals.http.crypto.Sha256;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;

/**
 * A growing Merkle tree (RFC 9162, 2.1, with SHA-256). It only holds the roots of its complete
 * subtrees, a few dozen hashes for any number of leaves. Not thread-safe.
 */
public final class MerkleTree {

  private static final byte LEAF = 0;
  private static final byte NODE = 1;

  private final List<Node> peaks = new ArrayList<>();
  private long size;

  /**
   * The root of a complete subtree.
   *
   * @param level the height: the subtree has 2<sup>level</sup> leaves
   * @param index the number of complete subtrees of the same level to its left
   */
  @SuppressWarnings("ArrayRecordComponent")
  public record Node(int level, long index, byte[] hash) {}

  @FunctionalInterface
  public interface Nodes {
    /** Returns the hash of a node. Nodes of level 0 are leaves. */
    byte[] hash(int level, long index);
  }

  public MerkleTree() {}

  public MerkleTree(long size, Nodes stored) {
    this.size = size;
    long start = 0;
    for (int level = Long.SIZE - 1; level >= 0; level--) {
      if ((size >> level & 1) == 1) {
        long index = start >> level;
        peaks.add(new Node(level, index, stored.hash(level, index)));
        start += 1L << level;
      }
    }
  }

  public long size() {
    return size;
  }

  /**
   * Adds a leaf.
   *
   * @return the inner nodes that the leaf completes, the lowest first
   */
  public List<Node> add(byte[] leafHash) {
    Node node = new Node(0, size++, leafHash);
    List<Node> complete = new ArrayList<>();
    while (!peaks.isEmpty() && peaks.get(peaks.size() - 1).level() == node.level()) {
      Node left = peaks.remove(peaks.size() - 1);
      node = new Node(node.level() + 1, left.index() / 2, nodeHash(left.hash(), node.hash()));
      complete.add(node);
    }
    peaks.add(node);
    return complete;
  }

  public byte[] root() {
    if (peaks.isEmpty()) {
      return Sha256.digest().digest();
    }
    byte[] root = peaks.get(peaks.size() - 1).hash();
    for (int i = peaks.size() - 2; i >= 0; i--) {
      root = nodeHash(peaks.get(i).hash(), root);
    }
    return root;
  }

  public static byte[] leafHash(byte[] content) {
    MessageDigest digest = Sha256.digest();
    digest.update(LEAF);
    return digest.digest(content);
  }

  /** Returns the inclusion proof (RFC 9162, 2.1.3.1) of a leaf in the tree of a size. */
  public static List<byte[]> inclusion(long leaf, long size, Nodes stored) {
    List<byte[]> path = new ArrayList<>();
    long from = 0;
    long to = size;
    while (to - from > 1) {
      long middle = from + split(to - from);
      if (leaf < middle) {
        path.add(0, hash(middle, to, stored));
        to = middle;
      } else {
        path.add(0, hash(from, middle, stored));
        from = middle;
      }
    }
    return path;
  }

  private static byte[] hash(long from, long to, Nodes stored) {
    long leaves = to - from;
    if (Long.bitCount(leaves) == 1) {
      int level = Long.numberOfTrailingZeros(leaves);
      return stored.hash(level, from >> level);
    }
    long middle = from + split(leaves);
    return nodeHash(hash(from, middle, stored), hash(middle, to, stored));
  }

  /** Returns the largest power of two below the number of leaves. */
  private static long split(long leaves) {
    return Long.highestOneBit(leaves - 1);
  }

  private static byte[] nodeHash(byte[] left, byte[] right) {
    MessageDigest digest = Sha256.digest();
    digest.update(NODE);
    digest.update(left);
    return digest.digest(right);
  }
}
