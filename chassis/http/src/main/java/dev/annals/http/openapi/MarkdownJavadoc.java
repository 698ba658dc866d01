package dev.annals.http.openapi;

import com.github.therapi.runtimejavadoc.CommentFormatter;
import com.github.therapi.runtimejavadoc.RuntimeJavadoc;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springdoc.core.providers.SpringDocJavadocProvider;
import org.springframework.web.util.HtmlUtils;

/** Reads the Javadoc that the compiler has kept beside the classes, and returns it as Markdown. */
final class MarkdownJavadoc extends SpringDocJavadocProvider {

  private final CommentFormatter formatter = new CommentFormatter();

  @Override
  public String getClassJavadoc(Class<?> type) {
    return markdown(super.getClassJavadoc(type));
  }

  @Override
  public Map<String, String> getRecordClassParamJavadoc(Class<?> type) {
    return super.getRecordClassParamJavadoc(type).entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, param -> sentence(param.getValue())));
  }

  @Override
  public String getMethodJavadocDescription(Method method) {
    String javadoc = super.getMethodJavadocDescription(method);
    // It misses the methods of a class whose superclass has documented ones.
    return markdown(
        javadoc.isEmpty()
            ? formatter.format(RuntimeJavadoc.getJavadoc(method).getComment())
            : javadoc);
  }

  @Override
  public @Nullable String getParamJavadoc(Method method, String name) {
    String javadoc = super.getParamJavadoc(method, name);
    return javadoc == null ? null : sentence(javadoc);
  }

  @Override
  public String getFieldJavadoc(Field field) {
    return markdown(super.getFieldJavadoc(field));
  }

  /** Returns the first sentence without its period. */
  @Override
  public String getFirstSentence(String markdown) {
    return markdown.split("\\.(?:\\s|$)", 2)[0];
  }

  /** Returns a fragment, as a tag has it, as a sentence. */
  private static String sentence(String javadoc) {
    String text = markdown(javadoc);
    return text.isEmpty() || text.endsWith(".")
        ? text
        : text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1) + ".";
  }

  private static String markdown(String javadoc) {
    return HtmlUtils.htmlUnescape(
        javadoc
            .strip()
            .replaceAll("\\s+", " ")
            .replaceAll(" ?<p> ?", "\n\n")
            .replaceAll("\\{@link (?:[\\w.]*[.#])?(\\w+)[^}]*}", "`$1`")
            .replaceAll("</?code>", "`"));
  }
}
