package dev.annals.projection.list;

import static com.mongodb.client.model.Filters.all;
import static com.mongodb.client.model.Filters.eq;
import static com.mongodb.client.model.Filters.regex;

import com.mongodb.client.model.Filters;
import dev.annals.base.problem.Refusal;
import dev.annals.http.validation.Tags;
import dev.annals.http.validation.Text;
import dev.annals.http.web.Permits;
import dev.annals.http.web.QueryParameters;
import jakarta.validation.constraints.Size;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.bson.BsonDocument;
import org.bson.conversions.Bson;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The parameters that the lists of all read models have in common. See {@link SearchWords}.
 *
 * @param deleted whether to list the trash
 * @param tag all of these tags must match
 * @param q every word, at most 10, must begin some word of the text; the first 2 000 different
 *     words of a text are searched
 */
public record Selection(
    @DefaultValue("false") boolean deleted,
    @Size(max = Tags.MAX_TAGS) List<@Text(min = 1, max = Tags.MAX_LENGTH) String> tag,
    Optional<@Text(max = 1_000) String> q)
    implements QueryParameters {

  private static final int MAX_WORDS = 10;

  /** At most four searches of one user at a time: each may scan all their words. */
  private static final Permits<UUID> SEARCHES = new Permits<>(4);

  public Selection {
    if (SearchWords.in(q.orElse("")).size() > MAX_WORDS) {
      throw Refusal.invalid("?q", "must have at most " + MAX_WORDS + " words");
    }
  }

  /**
   * Runs a list query, unless it is a search and four searches of the owner are running.
   *
   * @throws Refusal {@code too-many-requests}
   */
  public <T> T listed(UUID owner, Supplier<T> list) {
    if (words().isEmpty()) {
      return list.get();
    }
    try (Permits.Permit search = SEARCHES.take(owner)) {
      return list.get();
    }
  }

  /** Returns the filter. Owner and flag come first, as in the index of every list. */
  public Bson filter(UUID owner, List<Bson> further) {
    List<Bson> conditions = new ArrayList<>();
    conditions.add(eq("owner", owner.toString()));
    conditions.add(eq("deleted", deleted));
    if (!tag.isEmpty()) {
      conditions.add(all("tags", tag));
    }
    // A word is letters, digits and marks, so it needs no escapes.
    List<Pattern> words = words().stream().map(word -> Pattern.compile("^" + word)).toList();
    if (words.size() == 1) {
      conditions.add(regex("words", words.get(0)));
    } else if (!words.isEmpty()) {
      conditions.add(all("words", words));
    }
    conditions.addAll(further);
    return flat(conditions);
  }

  /** Returns one document, as far as possible: not every server looks into an {@code $and}. */
  private static Bson flat(List<Bson> conditions) {
    BsonDocument flat = new BsonDocument();
    List<Bson> all = new ArrayList<>(List.of(flat));
    for (Bson condition : conditions) {
      condition
          .toBsonDocument()
          .forEach(
              (field, value) -> {
                if (flat.putIfAbsent(field, value) != null) {
                  all.add(new BsonDocument(field, value));
                }
              });
    }
    return all.size() == 1 ? flat : Filters.and(all);
  }

  private List<String> words() {
    List<String> words = SearchWords.in(q.orElse(""));
    // An index serves only the first condition, so the most selective one comes first. A word that
    // is a prefix of another one adds nothing.
    return words.stream()
        .distinct()
        .filter(word -> words.stream().noneMatch(it -> !it.equals(word) && it.startsWith(word)))
        .sorted(Comparator.comparing(String::length).reversed().thenComparing(word -> word))
        .toList();
  }
}
