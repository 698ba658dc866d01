package dev.annals.standalone;

/** Starts it. */
public final class Standalone {
  private Standalone() {}

  public static void main(String[] args) {}
}
