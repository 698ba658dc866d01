package dev.annals.base.start;

import java.util.regex.Pattern;

/** Removes credentials from addresses of servers. */
public final class StoreAddress {
  // Greedy up to the last "@", since a password may contain an unencoded one.
  private static final Pattern USER_INFO = Pattern.compile("://\\S*@");
  private static final Pattern OPTIONS = Pattern.compile("\\?\\S+");

  private StoreAddress() {}

  /**
   * Returns the text with each URL reduced to scheme, host, port and path. User information and
   * options may contain credentials.
   */
  public static String withoutCredentials(String text) {
    return OPTIONS.matcher(USER_INFO.matcher(text).replaceAll("://")).replaceAll("");
  }
}
