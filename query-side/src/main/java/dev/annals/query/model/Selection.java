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
 * Which documents of a read model a list is about, as far as all lists have it in common.
 *
 * @param owner whose
 * @param deleted true for the trash alone, false for the living alone
 * @param tags all of them must be there
 * @param words each must begin some word of the document, see {@link SearchWords}
 */
public record Selection(UUID owner, boolean deleted, List<String> tags, List<String> words) {

  /** The most code points of {@code q}. */
  static final int MAX_SEARCH_LENGTH = 1_000;

  /** The most words of {@code q}. */
  static final int MAX_WORDS = 10;

  /** How many searches of one user run at a time: each may look at every word of theirs. */
  private static final Permits<UUID> SEARCHES = new Permits<>(4);

  public Selection {
    tags = List.copyOf(tags);
    words = List.copyOf(words);
  }

  /** All that is living. */
  public static Selection of(UUID owner) {
    return new Selection(owner, false, List.of(), List.of());
  }

  /** Reads {@code deleted}, {@code tag} and {@code q}; the caller has what is wrong refused. */
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
    // An index serves the first condition alone, so it is the one that takes the fewest. A word
    // that begins another one takes all that the other one takes.
    return words.stream()
        .distinct()
        .filter(word -> words.stream().noneMatch(it -> !it.equals(word) && it.startsWith(word)))
        .sorted(Comparator.comparing(String::length).reversed().thenComparing(word -> word))
        .toList();
  }

  /**
   * Lists what this selects, unless four searches of the owner are under way.
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

  /** The filter, the owner and the flag first: every index of a list begins with them. */
  public Bson filter(Bson... further) {
    List<Bson> conditions = new ArrayList<>();
    conditions.add(eq("owner", owner.toString()));
    conditions.add(eq("deleted", deleted));
    if (!tags.isEmpty()) {
      conditions.add(all("tags", tags));
    }
    // A word is letters, digits and marks, so there is nothing in it to escape.
    words.forEach(word -> conditions.add(regex("words", "^" + word)));
    conditions.addAll(List.of(further));
    return Filters.and(conditions);
  }

  private static int length(String text) {
    return text.codePointCount(0, text.length());
  }
}
