package dev.annals.base.problem;

import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.springframework.http.HttpMethod;

/** The header {@code Allow}. */
public final class AllowHeader {

  private AllowHeader() {}

  /** Returns its value for mapped methods: Spring MVC adds OPTIONS, and HEAD to GET. */
  public static String of(Collection<HttpMethod> mapped) {
    Set<HttpMethod> all = new TreeSet<>(mapped);
    if (all.contains(HttpMethod.GET)) {
      all.add(HttpMethod.HEAD);
    }
    all.add(HttpMethod.OPTIONS);
    return all.stream().map(HttpMethod::name).collect(Collectors.joining(", "));
  }
}
