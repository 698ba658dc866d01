package dev.annals.query.model;

/**
 * Makes what was written to the read models so far survive a crash of the database. It is called
 * between a batch's bulk write and the storing of its token, so that the token is never ahead.
 *
 * <p>With MongoDB there is nothing left to do: read models are written with majority write concern
 * and journaling. A store that acknowledges before it persists provides a bean of this type.
 */
@FunctionalInterface
public interface ModelDurability {

  /** Returns when every acknowledged write is durable; throws when that cannot be said. */
  void force();
}
