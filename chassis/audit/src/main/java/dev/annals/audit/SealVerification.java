package dev.annals.audit;

import dev.annals.audit.Seal.Head;
import dev.annals.audit.Seal.Leaf;
import dev.annals.eventstore.seal.MerkleTree;
import dev.annals.eventstore.seal.StoredEvent;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.springframework.dao.EmptyResultDataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Compares the stored events with the seal. It reads the leaves of the newest head from the
 * beginning of the range, recomputes those of the range from the stored events, and the tree from
 * them and the stored nodes before them, in constant memory. For one use; not thread-safe.
 */
final class SealVerification {

  private static final int PAGE_SIZE = 1_000;
  private static final int FETCH_SIZE = 50;

  private final Seal seal;
  private final JdbcClient jdbc;
  private final TransactionTemplate transactions;
  private final long from;
  private final long to;

  private MerkleTree tree = new MerkleTree();
  private final Map<Long, byte[]> roots = new HashMap<>();
  private OptionalLong firstBad = OptionalLong.empty();
  private OptionalLong firstUnconfirmed = OptionalLong.empty();
  private OptionalLong firstContradicted = OptionalLong.empty();
  private long events;

  SealVerification(
      Seal seal, JdbcClient jdbc, TransactionTemplate transactions, long from, long to) {
    this.seal = seal;
    this.jdbc = jdbc;
    this.transactions = transactions;
    this.from = from;
    this.to = to;
  }

  /**
   * The result of a verification.
   *
   * @param events the number of events in the range
   * @param root of the tree as recomputed
   * @param firstBad the first position at which the history differs from the seal
   */
  @SuppressWarnings("ArrayRecordComponent")
  record Result(long events, byte[] root, OptionalLong firstBad) {}

  Result against(Head head) {
    long size = head.head().size();
    long position = Long.MIN_VALUE;
    for (long index = begin(size); index < size; index += PAGE_SIZE) {
      List<Leaf> leaves = seal.leaves(index, Math.min(PAGE_SIZE, size - index));
      boolean last = index + PAGE_SIZE >= size;
      long end =
          last || leaves.isEmpty() ? head.position() : leaves.get(leaves.size() - 1).position();
      seal.heads(index, index + PAGE_SIZE)
          .forEach(it -> roots.put(it.head().size(), it.head().root()));
      compare(new ArrayDeque<>(leaves), position, end);
      roots.clear();
      position = end;
    }
    boolean confirmed =
        Arrays.equals(tree.root(), head.head().root())
            && tree.size() == size
            && seal.isSigned(head);
    if (firstBad.isEmpty() && !confirmed) {
      // Leaves and events agree, so both were rewritten, after the last head that still matches.
      firstBad = OptionalLong.of(Math.min(to, Math.max(from, firstContradicted.orElse(from))));
    }
    return new Result(events, tree.root(), firstBad);
  }

  /** Returns the index of the first leaf to read. The tree has the leaves before it. */
  private long begin(long size) {
    long first = Math.min(seal.indexFrom(from).orElse(size), size - 1);
    try {
      tree = seal.tree(first);
      return first;
    } catch (EmptyResultDataAccessException nodeRemoved) {
      return 0;
    }
  }

  private void compare(Deque<Leaf> leaves, long after, long upTo) {
    transactions.executeWithoutResult(
        status ->
            jdbc.sql(
                    "select "
                        + StoredEvent.COLUMNS
                        + """
                         from events.domain_event_entry
                        where global_index > ? and global_index <= ? and global_index between ? and ?
                        order by global_index
                        """)
                .params(after, upTo, from, to)
                .withFetchSize(FETCH_SIZE)
                .query(
                    row -> {
                      compare(StoredEvent.read(row), leaves);
                    }));
    skipBefore(leaves, Long.MAX_VALUE);
  }

  private void compare(StoredEvent event, Deque<Leaf> leaves) {
    skipBefore(leaves, event.position());
    Leaf leaf = leaves.peek();
    boolean known = leaf != null && leaf.position() == event.position();
    byte[] hash = MerkleTree.leafHash(event.bytes());
    if (!known || !Arrays.equals(hash, leaf.hash())) {
      markBad(event.position());
    }
    if (known) {
      leaves.remove();
    }
    events++;
    add(event.position(), hash);
  }

  /** Handles the leaves before a position, which have no event. */
  private void skipBefore(Deque<Leaf> leaves, long before) {
    while (!leaves.isEmpty() && leaves.peek().position() < before) {
      Leaf leaf = leaves.remove();
      if (leaf.position() >= from && leaf.position() <= to) {
        markBad(leaf.position());
      } else {
        add(leaf.position(), leaf.hash());
      }
    }
  }

  private void markBad(long position) {
    if (firstBad.isEmpty()) {
      firstBad = OptionalLong.of(position);
    }
  }

  private void add(long position, byte[] hash) {
    tree.add(hash);
    if (firstUnconfirmed.isEmpty()) {
      firstUnconfirmed = OptionalLong.of(position);
    }
    byte[] root = roots.get(tree.size());
    if (root != null && firstContradicted.isEmpty()) {
      if (Arrays.equals(root, tree.root())) {
        firstUnconfirmed = OptionalLong.empty();
      } else {
        firstContradicted = firstUnconfirmed;
      }
    }
  }
}
