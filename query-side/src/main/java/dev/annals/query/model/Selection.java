package dev.annals.query.model;

import static com.mongodb.client.model.Filters.all;
import static com.mongodb.client.model.Filters.eq;
import static com.mongodb.client.model.Filters.regex;

import com.mongodb.client.model.Filters;
import dev.annals.platform.problem.Refusal;
import dev.annals.platform.validation.Characters;
import dev.annals.platform.validation.Tags;
import dev.annals.platform.web.Permits;
import dev.annals.platform.web.QueryParameters;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import org.bson.conversions.Bson;

/**
 * The filter that the lists of all read models have in common.
 *
 * @param owner the documents' owner
 * @param deleted true for the trash only, false for the rest only
 * @param tags the document must have all of them
 * @param words each must begin some word of the document, see {@link SearchWords}
 */
public record Selection(UUID owner, boolean deleted, List<String> tags, List<String> words) {

  /** The maximum length of {@code q} in code points. */
  static final int MAX_SEARCH_LENGTH = 1_000;

  /** The maximum number of words in {@code q}. */
  static final int MAX_WORDS = 10;

  /** At most four searches of one user at a time: each may scan all their words. */
  private static final Permits<UUID> SEARCHES = new Permits<>(4);

  public Selection {
    tags = List.copyOf(tags);
    words = List.copyOf(words);
  }

  /** Selects all documents of an owner that are not in the trash. */
  public static Selection of(UUID owner) {
    return new Selection(owner, false, List.of(), List.of());
  }

  /** Reads {@code deleted}, {@code tag} and {@code q}, and records invalid parameters. */
  public static Selection read(UUID owner, QueryParameters parameters) {
    boolean deleted = parameters.flag("deleted").orElse(false);
    return new Selection(owner, deleted, tags(parameters), words(parameters));
  }

  private static List<String> tags(QueryParameters parameters) {
    List<String> tags = parameters.texts("tag");
    if (tags.size() > Tags.MAX_TAGS) {
      parameters.reject("tag", "must be given at most " + Tags.MAX_TAGS + " times");
    }
    for (String tag : tags) {
      if (length(tag) > Tags.MAX_LENGTH || Characters.isBlank(tag)) {
        parameters.reject(
            "tag", "must have 1 to " + Tags.MAX_LENGTH + " characters and not be blank");
      }
    }
    return tags;
  }

  private static List<String> words(QueryParameters parameters) {
    List<String> words = SearchWords.in(parameters.text("q", MAX_SEARCH_LENGTH).orElse(""));
    if (words.size() > MAX_WORDS) {
      parameters.reject("q", "must have at most " + MAX_WORDS + " words");
      return List.of();
    }
    // An index serves only the first condition, so the most selective one comes first. A word that
    // is a prefix of another one adds nothing.
    return words.stream()
        .distinct()
        .filter(word -> words.stream().noneMatch(it -> !it.equals(word) && it.startsWith(word)))
        .sorted(Comparator.comparing(String::length).reversed().thenComparing(word -> word))
        .toList();
  }

  /**
   * Runs a list query, unless it is a search and four searches of the owner are running.
   *
   * @throws Refusal {@code too-many-requests}
   */
  public <T> T listed(Supplier<T> list) {
    if (words.isEmpty()) {
      return list.get();
    }
    try (Permits.Permit search = SEARCHES.take(owner)) {
      return list.get();
    }
  }

  /** Returns the filter. Owner and flag come first, as in the index of every list. */
  public Bson filter(Bson... further) {
    List<Bson> conditions = new ArrayList<>();
    conditions.add(eq("owner", owner.toString()));
    conditions.add(eq("deleted", deleted));
    if (!tags.isEmpty()) {
      conditions.add(all("tags", tags));
    }
    // A word is letters, digits and marks, so it needs no escapes.
    words.forEach(word -> conditions.add(regex("words", "^" + word)));
    conditions.addAll(List.of(further));
    return Filters.and(conditions);
  }

  private static int length(String text) {
    return text.codePointCount(0, text.length());
  }
}
