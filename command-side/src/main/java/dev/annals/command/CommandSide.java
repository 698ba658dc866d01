package dev.annals.command;

/** Starts it. */
public final class CommandSide {
  private CommandSide() {}

  public static void main(String[] args) {}
}
