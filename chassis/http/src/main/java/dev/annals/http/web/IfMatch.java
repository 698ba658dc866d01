package dev.annals.http.web;

import dev.annals.base.problem.Problem;
import dev.annals.base.problem.Refusal;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The {@code If-Match} header (RFC 9110, 13.1.1) over versions. It is part of the command. The
 * aggregate checks it, after it has checked that the resource belongs to the caller.
 */
public sealed interface IfMatch {

  /**
   * Checks the condition.
   *
   * @throws Refusal {@link Problem#PRECONDITION_REQUIRED} if the client sent no condition, {@link
   *     Problem#STALE_VERSION} with {@code currentVersion} if it named only other versions
   */
  void require(long currentVersion);

  record Absent() implements IfMatch {
    @Override
    public void require(long currentVersion) {
      throw new Refusal(
          Problem.PRECONDITION_REQUIRED,
          "Send If-Match with the version that the change applies to.");
    }
  }

  record AnyVersion() implements IfMatch {
    @Override
    public void require(long currentVersion) {}
  }

  /**
   * A list of versions.
   *
   * @param tags the strong entity tags without their quotes; a weak one never matches (RFC 9110,
   *     8.8.3.2) and is not among them
   */
  record OneOf(Set<String> tags) implements IfMatch {

    // A flag that was never switched has version -1.
    private static final Pattern TAG = Pattern.compile("(?<weak>W/)?\"(?<version>-?[0-9]+)\"");

    public OneOf {
      tags = Set.copyOf(tags);
    }

    @Override
    public void require(long currentVersion) {
      if (!tags.contains(Long.toString(currentVersion))) {
        throw new Refusal(
            Problem.STALE_VERSION,
            "The resource is at version " + currentVersion + ".",
            Map.of("currentVersion", currentVersion));
      }
    }
  }

  /** Returns the condition that a version is the current one. */
  static IfMatch version(long version) {
    return new OneOf(Set.of(Long.toString(version)));
  }

  /**
   * Parses the header's lines as one list.
   *
   * @throws Refusal {@link Problem#BAD_REQUEST} if they hold anything but {@code *} or quoted
   *     decimal numbers
   */
  static IfMatch parse(List<String> lines) {
    if (lines.isEmpty()) {
      return new Absent();
    }
    String list = String.join(",", lines);
    if (list.strip().equals("*")) {
      return new AnyVersion();
    }
    Set<String> tags = new TreeSet<>();
    boolean empty = true;
    for (String element : list.split(",", -1)) {
      // RFC 9110, 5.6.1.2: recipients ignore empty elements of a list.
      if (element.isBlank()) {
        continue;
      }
      Matcher tag = OneOf.TAG.matcher(element.strip());
      if (!tag.matches()) {
        throw malformed();
      }
      empty = false;
      if (tag.group("weak") == null) {
        tags.add(tag.group("version"));
      }
    }
    if (empty) {
      throw malformed();
    }
    return new OneOf(tags);
  }

  private static Refusal malformed() {
    return new Refusal(
        Problem.BAD_REQUEST, "If-Match must be * or versions in quotes, such as \"3\".");
  }
}
