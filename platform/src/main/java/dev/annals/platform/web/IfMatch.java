package dev.annals.platform.web;

import dev.annals.platform.problem.Problem;
import dev.annals.platform.problem.Refusal;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The condition under which a change is wanted: the {@code If-Match} header of RFC 9110, 13.1.1,
 * over versions. It travels in the command and is checked where the version is known for sure, in
 * the aggregate, after it is clear that the resource is the caller's.
 */
public sealed interface IfMatch {

  /**
   * Refuses unless the condition holds.
   *
   * @throws Refusal {@link Problem#PRECONDITION_REQUIRED} if the client sent no condition, {@link
   *     Problem#STALE_VERSION} with {@code currentVersion} if it named other versions
   */
  void require(long currentVersion);

  /** No condition was sent. */
  record Absent() implements IfMatch {
    @Override
    public void require(long currentVersion) {
      throw new Refusal(
          Problem.PRECONDITION_REQUIRED,
          "Send If-Match with the version that this change is meant for.");
    }
  }

  /** {@code *}: whatever the version. */
  record AnyVersion() implements IfMatch {
    @Override
    public void require(long currentVersion) {}
  }

  /**
   * One of these versions.
   *
   * @param tags the strong entity tags without their quotes; a weak one never matches (RFC 9110,
   *     8.8.3.2) and is not among them
   */
  record OneOf(Set<String> tags) implements IfMatch {

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

  /** The condition that one version is the current one. */
  static IfMatch version(long version) {
    return new OneOf(Set.of(Long.toString(version)));
  }

  /**
   * Reads the header's lines, which together are one list.
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
      // RFC 9110, 5.6.1.2: a recipient puts up with empty elements of a list.
      if (element.isBlank()) {
        continue;
      }
      Matcher tag = Syntax.TAG.matcher(element.strip());
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

  /** How an entity tag of ours looks. */
  final class Syntax {
    // Minus one is the version of a flag that was never switched.
    private static final Pattern TAG = Pattern.compile("(?<weak>W/)?\"(?<version>-?[0-9]+)\"");

    private Syntax() {}
  }
}
