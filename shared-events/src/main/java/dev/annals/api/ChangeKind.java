package dev.annals.api;

/** The kinds of changes in consistency tokens. */
public final class ChangeKind {

  public static final String NOTE = "note";

  public static final String TASK = "task";

  public static final String FLAG = "flag";

  private ChangeKind() {}
}
