package dev.annals.platform.start;

/**
 * Published as an application event, before the application is ready, by the start that made up the
 * first admin's login. The program prints it on standard output once; it is kept nowhere and never
 * logged.
 */
public record GeneratedAdmin(String email, String password) {
  /** Leaves the password out: a record that ends up in a log line must not give it away. */
  @Override
  public String toString() {
    return "GeneratedAdmin[email=" + email + "]";
  }
}
