package dev.annals.platform.start;

import java.util.regex.Pattern;

/** Addresses of servers, fit to be shown. */
public final class StoreAddress {
  // Greedy up to the last "@": a password may hold one that nobody encoded.
  private static final Pattern USER_INFO = Pattern.compile("://\\S*@");
  private static final Pattern OPTIONS = Pattern.compile("\\?\\S+");

  private StoreAddress() {}

  /**
   * The text with each URL in it cut down to scheme, host, port and path. User information and
   * options go, since both can hold credentials.
   */
  public static String withoutCredentials(String text) {
    return OPTIONS.matcher(USER_INFO.matcher(text).replaceAll("://")).replaceAll("");
  }
}
