package dev.annals.eventstore.storage;

import java.util.stream.Stream;

class UnreadableProductEventTest extends UnreadableEventTest {

  @Override
  Stream<Object> events() {
    return StoredShapeTest.events();
  }
}
