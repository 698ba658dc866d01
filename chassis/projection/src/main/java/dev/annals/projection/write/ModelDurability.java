package dev.annals.projection.write;

/**
 * Makes the previous writes to the read models survive a crash of the database. Called between a
 * batch's bulk write and the storing of its token, so that the token is never ahead.
 *
 * <p>MongoDB needs nothing here: read models are written with majority write concern and
 * journaling. A store that acknowledges before it persists provides a bean of this type.
 */
@FunctionalInterface
public interface ModelDurability {

  /** Returns when every acknowledged write is durable; throws if that is unknown. */
  void force();
}
