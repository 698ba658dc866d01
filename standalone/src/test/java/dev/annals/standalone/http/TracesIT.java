package dev.annals.standalone.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.annals.servers.StompClient;
import dev.annals.standalone.AnnalsProcess;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The trace of a request, on a separate program with tracing. */
@Tag("long")
class TracesIT {

  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final String CALLER = "00f067aa0ba902b7";

  @TempDir private Path folder;

  @Test
  void followARequestThroughCommandEventAndProjectionToThePush() throws Exception {
    Path data = folder.toRealPath().resolve("data");
    try (TraceReceiver receiver = new TraceReceiver();
        AnnalsProcess program =
            AnnalsProcess.on(data)
                .embedded()
                .with("ANNALS_IDENTITY_BCRYPT_COST", "4")
                .with(
                    "MANAGEMENT_OPENTELEMETRY_TRACING_EXPORT_OTLP_ENDPOINT",
                    receiver.endpoint().toString())
                .with("MANAGEMENT_OPENTELEMETRY_TRACING_EXPORT_SCHEDULE_DELAY", "100ms")
                .with("MANAGEMENT_TRACING_SAMPLING_PROBABILITY", "1")
                .start()
                .awaitReady()) {
      Annals annals = new Annals(program.baseUrl(), Optional.of(program::output));
      Client user = annals.newUser();
      try (StompClient client = StompClient.of(user).subscribed()) {
        user.with("traceparent", "00-%s-%s-01".formatted(TRACE, CALLER))
            .post("/notes", "{\"title\": \"Followed\"}")
            .expect(201);
        assertThat(client.next().command()).isEqualTo("MESSAGE");
      }

      Annals.eventually(
          () ->
              assertThat(receiver.of(TRACE))
                  .extracting(TraceReceiver.Span::name)
                  .contains(
                      "http post /notes",
                      "CommandBus.handleCommand(CreateNote)",
                      "StreamingEventProcessor.process(NoteCreated)",
                      "Push"));
      List<TraceReceiver.Span> spans = receiver.of(TRACE);
      assertThat(spans)
          .allSatisfy(
              span ->
                  assertThat(span.parent())
                      .isIn(
                          Stream.concat(
                                  Stream.of(CALLER), spans.stream().map(TraceReceiver.Span::id))
                              .toList()));
      assertThat(
              Database.in(data)
                  .jdbc()
                  .sql(
                      "select convert_from(meta_data, 'UTF8') from events.domain_event_entry"
                          + " where payload_type like '%NoteCreated'")
                  .query(String.class)
                  .single())
          .contains("\"traceparent\":\"00-" + TRACE);
    }
  }
}
