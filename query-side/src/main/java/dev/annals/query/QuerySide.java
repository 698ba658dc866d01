package dev.annals.query;

/** Starts it. */
public final class QuerySide {
  private QuerySide() {}

  public static void main(String[] args) {}
}
