package dev.annals.api;

/**
 * An application event with the generated login of the first administrator, published before the
 * application is ready. The program prints it once on standard output and never stores or logs it.
 */
public record GeneratedAdmin(String email, String password) {
  /** Omits the password, in case this record is logged. */
  @Override
  public String toString() {
    return "GeneratedAdmin[email=" + email + "]";
  }
}
