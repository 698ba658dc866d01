package dev.annals.eventstore.seal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Compares the tree with {@link Rfc9162}, a literal implementation of the RFC. */
class MerkleTreeTest {

  private static final int MAX_SIZE = 70;

  private final Map<String, byte[]> stored = new HashMap<>();
  private final MerkleTree.Nodes nodes = (level, index) -> stored.get(level + "/" + index);
  private final List<byte[]> entries = new ArrayList<>();

  private void add(MerkleTree tree) {
    byte[] entry = ("entry " + entries.size()).getBytes(StandardCharsets.UTF_8);
    byte[] hash = MerkleTree.leafHash(entry);
    stored.put("0/" + entries.size(), hash);
    entries.add(entry);
    tree.add(hash).forEach(node -> stored.put(node.level() + "/" + node.index(), node.hash()));
  }

  @Test
  void hasTheRootOfTheRfcAtEachSize() {
    MerkleTree tree = new MerkleTree();
    assertThat(hex(tree.root()))
        .isEqualTo("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    for (int size = 1; size <= MAX_SIZE; size++) {
      add(tree);
      assertThat(hex(tree.root())).as("size %d", size).isEqualTo(hex(Rfc9162.mth(entries)));
    }
  }

  @Test
  void continuesFromStoredNodes() {
    MerkleTree whole = new MerkleTree();
    for (int size = 1; size <= MAX_SIZE; size++) {
      MerkleTree resumed = new MerkleTree(entries.size(), nodes);
      assertThat(hex(resumed.root())).isEqualTo(hex(whole.root()));
      add(whole);
      resumed.add(MerkleTree.leafHash(entries.get(size - 1)));
      assertThat(hex(resumed.root())).as("size %d", size).isEqualTo(hex(whole.root()));
    }
  }

  @Test
  void provesEachLeafInEachTree() {
    MerkleTree tree = new MerkleTree();
    for (int size = 1; size <= MAX_SIZE; size++) {
      add(tree);
      for (int leaf = 0; leaf < size; leaf++) {
        assertThat(
                Rfc9162.verifies(
                    Rfc9162.leaf(entries.get(leaf)),
                    leaf,
                    size,
                    MerkleTree.inclusion(leaf, size, nodes),
                    tree.root()))
            .as("leaf %d of %d", leaf, size)
            .isTrue();
      }
    }
  }

  @Test
  void doesNotProveAnotherLeaf() {
    MerkleTree tree = new MerkleTree();
    for (int size = 1; size <= 7; size++) {
      add(tree);
    }
    List<byte[]> path = MerkleTree.inclusion(3, 7, nodes);
    byte[] leaf = Rfc9162.leaf(entries.get(3));

    assertThat(Rfc9162.verifies(leaf, 3, 7, path, tree.root())).isTrue();
    assertThat(Rfc9162.verifies(leaf, 2, 7, path, tree.root())).isFalse();
    assertThat(Rfc9162.verifies(Rfc9162.leaf(entries.get(2)), 3, 7, path, tree.root())).isFalse();
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }
}
