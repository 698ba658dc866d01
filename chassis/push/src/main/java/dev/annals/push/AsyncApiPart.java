package dev.annals.push;

import java.util.List;

/**
 * A part of the AsyncAPI document, for the messages of another module. Its bean adds it.
 *
 * @param resource the JSON file on the class path that is merged into the document
 * @param payloads the records whose schemas are generated
 */
public record AsyncApiPart(String resource, List<Class<?>> payloads) {

  public AsyncApiPart {
    payloads = List.copyOf(payloads);
  }
}
