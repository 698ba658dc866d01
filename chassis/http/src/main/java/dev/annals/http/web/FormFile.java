package dev.annals.http.web;

import dev.annals.base.problem.Problem;
import dev.annals.base.problem.Refusal;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.Part;
import java.io.IOException;
import org.apache.tomcat.util.http.InvalidParameterException;

/**
 * The part {@code file} of a form (RFC 7578). The form is only read by {@link #read}, so that a
 * controller can reject the request before.
 */
public record FormFile(HttpServletRequest request) {

  public static final String NAME = "file";

  /**
   * Reads the form.
   *
   * @throws Refusal {@code bad-request} if the part is missing, {@code content-too-large} if other
   *     fields are too large
   * @throws IOException if the form cannot be read or is malformed
   * @throws ServletException if the request is not a form
   */
  public Part read() throws IOException, ServletException {
    try {
      Part part = request.getPart(NAME);
      if (part == null) {
        throw new Refusal(Problem.BAD_REQUEST, "The form must have a part file.");
      }
      return part;
    } catch (InvalidParameterException refused) {
      throw refused;
    } catch (IllegalStateException tooMuch) {
      throw new Refusal(
          Problem.CONTENT_TOO_LARGE, "The form fields besides the file are too large.");
    }
  }
}
