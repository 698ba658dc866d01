package dev.annals.eventstore.seal;

import org.springframework.jdbc.core.simple.JdbcClient;

/** Reads the leaves and inner nodes that the command side has stored. */
public record StoredNodes(JdbcClient jdbc) implements MerkleTree.Nodes {

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
