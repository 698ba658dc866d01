package dev.annals.standalone.http;

import static java.util.stream.Collectors.joining;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoDatabase;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.sync.RedisCommands;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.bson.Document;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The stores of a deployment that the tests can reach, to search them directly.
 *
 * @param mongo the URI, with the database
 * @param redis the URL
 * @param files the folder of attachments
 * @param output supplies the log
 */
record Stores(
    Database database,
    Optional<String> mongo,
    Optional<String> redis,
    Path files,
    Supplier<String> output) {

  /**
   * Returns the places that contain one of the texts, ignoring case: tables and columns,
   * collections, keys, files, the log.
   *
   * @param texts of letters, digits and what means only itself in a regular expression but a point
   */
  List<String> placesOf(List<String> texts) {
    // toLowerCase would take quadratic time in the data of the other tests.
    Pattern wanted =
        Pattern.compile(
            texts.stream().map(text -> text.replace(".", "\\.")).collect(joining("|")),
            Pattern.CASE_INSENSITIVE);
    List<String> places = new ArrayList<>(tables(wanted));
    mongo.ifPresent(uri -> places.addAll(collections(uri, wanted)));
    redis.ifPresent(url -> places.addAll(keys(url, wanted)));
    places.addAll(files(wanted));
    if (has(output.get(), wanted)) {
      places.add("the log");
    }
    return places;
  }

  private List<String> tables(Pattern wanted) {
    JdbcClient jdbc = database.jdbc();
    List<String> columns =
        jdbc.sql(
                """
                select format('%I.%I.%I.%s', table_schema, table_name, column_name, data_type)
                from information_schema.columns
                where table_schema in ('events', 'identity', 'attachment')
                """)
            .query(String.class)
            .list();
    return columns.stream()
        .filter(
            column -> {
              List<String> names = List.of(column.split("\\.", -1));
              String value =
                  names.get(3).equals("bytea")
                      ? "encode(%s, 'escape')".formatted(names.get(2))
                      : names.get(2) + "::text";
              return jdbc.sql(
                      "select exists (select from %s.%s where %s ~* ?)"
                          .formatted(names.get(0), names.get(1), value))
                  .param(wanted.pattern())
                  .query(Boolean.class)
                  .single();
            })
        .toList();
  }

  private static List<String> collections(String uri, Pattern wanted) {
    try (MongoClient client = MongoClients.create(uri)) {
      MongoDatabase models = client.getDatabase(uri.substring(uri.lastIndexOf('/') + 1));
      List<String> places = new ArrayList<>();
      for (String collection : models.listCollectionNames()) {
        for (Document document : models.getCollection(collection).find()) {
          if (has(document.toJson(), wanted)) {
            places.add("the collection " + collection);
          }
        }
      }
      return places;
    }
  }

  private static List<String> keys(String url, Pattern wanted) {
    RedisClient client = RedisClient.create(url);
    try {
      RedisCommands<String, String> commands = client.connect().sync();
      return commands.keys("*").stream()
          .filter(key -> has(key + content(commands, key), wanted))
          .map(key -> "the key " + key)
          .toList();
    } finally {
      client.shutdown();
    }
  }

  private static Object content(RedisCommands<String, String> commands, String key) {
    return switch (commands.type(key)) {
      case "hash" -> commands.hgetall(key);
      case "string" -> Map.of(key, String.valueOf(commands.get(key)));
      default -> "";
    };
  }

  private List<String> files(Pattern wanted) {
    try (Stream<Path> all = Files.walk(files)) {
      return all.filter(Files::isRegularFile)
          .filter(file -> has(file + content(file), wanted))
          .map(Path::toString)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String content(Path file) {
    try {
      return Files.readString(file, StandardCharsets.ISO_8859_1);
    } catch (IOException goneMeanwhile) {
      return "";
    }
  }

  private static boolean has(String text, Pattern wanted) {
    return wanted.matcher(text).find();
  }
}
