package dev.annals.platform.web;

import dev.annals.platform.problem.Problem;
import dev.annals.platform.problem.Refusal;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.Part;
import java.io.IOException;
import org.apache.tomcat.util.http.InvalidParameterException;

/**
 * The part {@code file} of a form (RFC 7578). Nothing of the form is read before it is asked for,
 * so that a controller can refuse it by what it knows without it.
 */
public final class FormFile {

  /** What the part is called. */
  public static final String NAME = "file";

  private final HttpServletRequest request;

  private FormFile(HttpServletRequest request) {
    this.request = request;
  }

  static FormFile of(HttpServletRequest request) {
    return new FormFile(request);
  }

  /**
   * Reads the form.
   *
   * @throws Refusal {@code bad-request} if it lacks the part, {@code content-too-large}
   * @throws IOException if it cannot be read, or is not well-formed
   * @throws ServletException if it is no form
   */
  public Part read() throws IOException, ServletException {
    try {
      Part part = request.getPart(NAME);
      if (part == null) {
        throw new Refusal(Problem.BAD_REQUEST, "The form needs a part file.");
      }
      return part;
    } catch (InvalidParameterException refused) {
      throw refused;
    } catch (IllegalStateException tooMuch) {
      throw new Refusal(Problem.CONTENT_TOO_LARGE, "The fields beside the file have too much.");
    }
  }
}
