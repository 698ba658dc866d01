package dev.annals.standalone.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.annals.standalone.http.RawConnection.Reply;
import dev.annals.standalone.http.RawConnection.Request;
import java.io.IOException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

/**
 * Sends values to each query parameter of each read of the API document. What the document allows
 * must not be refused, and nothing else may be accepted. New reads and parameters are included
 * automatically.
 */
@ExtendWith(Deployment.class)
class QueryParametersIT {

  private static final String ID = "00000000-0000-4000-8000-000000000000";
  // The gateway refuses targets with a malformed escape.
  private static final List<String> NO_TEXT = List.of("%00", "%FF", "%C3%28", "%ED%A0%80");

  private final List<String> headers;
  private final List<Operation> reads;
  private final RawConnection connection;
  private final List<String> findings = new ArrayList<>();

  QueryParametersIT(Annals annals) {
    this.headers =
        List.of(
            "Host: " + annals.url().getAuthority(),
            "Authorization: " + annals.admin().headers().get("Authorization"));
    this.reads =
        Operation.all(annals.anybody().get("/v3/api-docs").expect(200).json()).stream()
            .filter(Operation::isRead)
            .toList();
    this.connection = new RawConnection(annals.url());
  }

  @AfterEach
  void disconnect() throws IOException {
    connection.close();
  }

  @Test
  void acceptEachValueThatTheDocumentAllows() throws IOException {
    for (Operation read : reads) {
      // A stream has no end.
      if (!read.answerTypes().contains("text/event-stream")) {
        for (JsonNode parameter : parameters(read)) {
          boolean isCursor = parameter.get("name").asString().equals("since");
          // There is no notification of the greatest number.
          for (String value : isCursor ? List.of("0") : allowed(parameter.get("schema"))) {
            String query = parameter.get("name").asString() + "=" + value;
            Reply reply = send(read, query);
            if (reply.status() >= 400 && reply.status() != 403 && reply.status() != 404) {
              findings.add(read + "?" + query + " is refused: " + reply.text());
            }
          }
        }
      }
    }
    assertThat(findings).isEmpty();
  }

  @Test
  void refuseEachValueThatTheDocumentDoesNotAllow() throws IOException {
    for (Operation read : reads) {
      for (JsonNode parameter : parameters(read)) {
        String name = parameter.get("name").asString();
        for (String value : refused(parameter.get("schema"))) {
          refuses(read, name + "=" + value, List.of("?" + name));
        }
        // An array without a limit has distinct values.
        String once = name + "=" + allowed(parameter.get("schema")).get(0);
        int most = parameter.at("/schema/maxItems").asInt(1);
        refuses(read, once + ("&" + once).repeat(most), List.of("?" + name));
      }
    }
    assertThat(findings).isEmpty();
  }

  @Test
  void areAllRefusedAtOnceInTheOrderOfTheDocument() throws IOException {
    for (Operation read : reads) {
      List<String> names = read.parameters("query");
      if (!names.isEmpty()) {
        refuses(
            read,
            String.join("=%FF&", names) + "=%FF",
            names.stream().map(it -> "?" + it).toList());
      }
    }
    assertThat(findings).isEmpty();
  }

  @Test
  void areIgnoredIfTheyAreUnknown() throws IOException {
    for (Operation read : reads) {
      int status = send(read, "").status();
      for (String query : List.of("unknown=x", "%FF=%FF&%00=%00", "=&&=x&;&a%5B%5D=b")) {
        Reply reply = send(read, query);
        if (reply.status() != status) {
          findings.add(read + "?" + query + " is " + reply.status() + ", not " + status);
        }
      }
    }
    assertThat(findings).isEmpty();
  }

  private void refuses(Operation read, String query, List<String> pointers) throws IOException {
    Reply reply = send(read, query);
    List<String> found =
        reply.status() == 400
            ? strings(Json.parse(reply.text()).path("errors"), "/pointer")
            : List.of();
    if (!found.equals(pointers)) {
      findings.add(read + "?" + query + " is answered by " + reply.status() + " " + found);
    }
  }

  private Reply send(Operation read, String query) throws IOException {
    String path = read.path().replaceAll("\\{[a-zA-Z]+}", ID);
    return connection.send(
        new Request("GET", path + "?" + query, "HTTP/1.1", headers, new byte[0]));
  }

  private static List<JsonNode> parameters(Operation read) {
    return StreamSupport.stream(read.document().path("parameters").spliterator(), false)
        .filter(it -> it.get("in").asString().equals("query"))
        .toList();
  }

  private static List<String> strings(JsonNode array, String at) {
    return StreamSupport.stream(array.spliterator(), false)
        .map(it -> it.at(at).asString())
        .toList();
  }

  private static List<String> allowed(JsonNode schema) {
    if (schema.has("enum")) {
      return strings(schema.get("enum"), "");
    }
    return switch (schema.get("type").asString()) {
      case "array" -> allowed(schema.get("items"));
      case "boolean" -> List.of("true", "false");
      case "integer" -> List.of(bound(schema, "minimum"), bound(schema, "maximum"));
      default ->
          schema.path("format").asString("").equals("date-time")
              ? List.of("2026-11-22T05:50:00Z", "2026-11-22T05:50:00.123%2B01:00")
              : List.of("%C3%A9", "x".repeat(schema.path("maxLength").asInt(1_000)));
    };
  }

  private static List<String> refused(JsonNode schema) {
    String type = schema.get("type").asString();
    if (type.equals("array")) {
      return refused(schema.get("items"));
    }
    List<String> refused = new ArrayList<>(NO_TEXT);
    if (type.equals("integer")) {
      refused.add(new BigInteger(bound(schema, "minimum")).subtract(BigInteger.ONE).toString());
      refused.add(new BigInteger(bound(schema, "maximum")).add(BigInteger.ONE).toString());
      refused.addAll(List.of("", "x", "1.5", "+5", "5%20", "%D9%A3", "99999999999999999999"));
    } else if (type.equals("boolean")) {
      refused.addAll(List.of("", "TRUE", "1", "true,"));
    } else if (schema.has("enum")) {
      refused.addAll(List.of("", "x", schema.get("enum").path(0).asString() + ",x"));
    } else if (schema.path("format").asString("").equals("date-time")) {
      refused.addAll(List.of("", "2026-11-22", "2026-02-30T00:00:00Z", "2026-11-22T05:50:00"));
    } else {
      if (schema.has("maxLength")) {
        refused.add("x".repeat(schema.get("maxLength").asInt() + 1));
      }
      if (schema.has("minLength")) {
        refused.addAll(List.of("", "+", "%C2%A0"));
      }
    }
    return refused;
  }

  private static String bound(JsonNode schema, String name) {
    return schema.has(name) ? schema.get(name).asString() : Long.toString(Long.MAX_VALUE);
  }
}
