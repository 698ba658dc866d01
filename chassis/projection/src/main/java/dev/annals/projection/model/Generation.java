package dev.annals.projection.model;

/**
 * One generation of a read model: a processor, its collection and its tokens, all of one name.
 *
 * @param number the first is 1; none is used twice
 * @param version the version of the documents' shape, see {@link ReadModel}
 * @param replay the id of the replay that builds or built it; null for the first
 * @param needed grows while it is retired and a program of its version still reads it
 */
public record Generation(int number, int version, State state, String replay, long needed) {

  public enum State {
    /** Catching up; not read. */
    BUILDING,
    /** Caught up, and about to be read: readers wait for a change here, too. */
    READY,
    /** Being read. */
    SERVING,
    /** Read before; kept up to date for processes that have not noticed the swap. */
    RETIRED,
    /** Not read. Processes stop writing to it, and it is dropped. */
    STOPPED
  }

  public Generation in(State another) {
    return new Generation(number, version, another, replay, needed);
  }

  public Generation stillNeeded() {
    return new Generation(number, version, state, replay, needed + 1);
  }

  public boolean runs() {
    return state != State.STOPPED;
  }

  /** Returns true if it will be read later. */
  public boolean isBuild() {
    return state == State.BUILDING || state == State.READY;
  }
}
