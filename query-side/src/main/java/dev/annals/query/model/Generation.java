package dev.annals.query.model;

/**
 * One generation of a read model: a processor, its collection and its tokens, all of one name.
 *
 * @param number the first is 1; none is given twice
 * @param version the version of the documents' shape, see {@link ReadModel}
 * @param replay the id of the replay by which it is or was built; null for the first
 * @param needed grows while it is retired and a program of its own version still reads it
 */
public record Generation(int number, int version, State state, String replay, long needed) {

  /** What it is there for. */
  public enum State {
    /** It catches up, and nobody looks at it. */
    BUILDING,
    /** It has caught up, and will be read soon: who waits for a change waits for it here, too. */
    READY,
    /** It is read. */
    SERVING,
    /** It was read, and follows on for those who do not know that yet. */
    RETIRED,
    /** Nobody reads it. What still writes it stops, and it is dropped. */
    STOPPED
  }

  Generation in(State another) {
    return new Generation(number, version, another, replay, needed);
  }

  Generation stillNeeded() {
    return new Generation(number, version, state, replay, needed + 1);
  }

  /** Whether its processor runs. */
  boolean follows() {
    return state != State.STOPPED;
  }

  /** Whether it is to be read, but not yet. */
  boolean isBuild() {
    return state == State.BUILDING || state == State.READY;
  }
}
