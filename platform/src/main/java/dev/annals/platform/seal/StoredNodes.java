package dev.annals.platform.seal;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Reads the leaves and inner nodes that the command side has stored. */
@Component
public final class StoredNodes implements MerkleTree.Nodes {

  private final JdbcClient jdbc;

  StoredNodes(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  @Override
  public byte[] hash(int level, long index) {
    return level == 0
        ? jdbc.sql("select hash from events.seal_leaf where leaf_index = ?")
            .param(index)
            .query(byte[].class)
            .single()
        : jdbc.sql("select hash from events.seal_node where level = ? and node_index = ?")
            .params(level, index)
            .query(byte[].class)
            .single();
  }
}
