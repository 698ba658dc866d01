package dev.annals.eventstore.processor;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.axonframework.serialization.Serializer;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The states of the command side's processors, in its tables. The query side reads them, too. */
public record CommandProcessors(JdbcClient jdbc, Serializer serializer) implements ProcessorStates {

  @Override
  public List<ProcessorState> all() {
    Map<String, ProcessorState> all = new TreeMap<>();
    // Axon stores its own entry there, whose name begins with underscores.
    jdbc.sql(
            """
            select processor_name, token, token_type, owner, error, position, failed_at
            from events.token_entry left join events.processor_failure using (processor_name)
            where processor_name not like '\\_\\_%'
            """)
        .query(
            row -> {
              all.merge(row.getString("processor_name"), state(row), CommandProcessors::merge);
            });
    return List.copyOf(all.values());
  }

  private ProcessorState state(ResultSet row) throws SQLException {
    String name = row.getString("processor_name");
    ProcessorState.Segment segment =
        new ProcessorState.Segment(
            new TokenPositions(serializer)
                .position(row.getBytes("token"), row.getString("token_type")),
            row.getString("owner"));
    Optional<ProcessorFailure> failure =
        row.getString("error") == null
            ? Optional.empty()
            : Optional.of(
                new ProcessorFailure(
                    row.getString("error"),
                    row.getLong("position"),
                    row.getObject("failed_at", OffsetDateTime.class).toInstant()));
    return new ProcessorState(name, "command", List.of(segment), failure);
  }

  private static ProcessorState merge(ProcessorState some, ProcessorState more) {
    List<ProcessorState.Segment> segments = new ArrayList<>(some.segments());
    segments.addAll(more.segments());
    return new ProcessorState(some.name(), some.side(), segments, some.lastFailure());
  }

  /** Returns whether the command side has a processor of that name. */
  public boolean has(String processor) {
    return all().stream().anyMatch(it -> it.name().equals(processor));
  }

  @Override
  public void failed(String processor, ProcessorFailure failure) {
    jdbc.sql(
            """
            insert into events.processor_failure (processor_name, error, position, failed_at) values (?, ?, ?, ?)
            on conflict (processor_name) do update
            set error = excluded.error, position = excluded.position, failed_at = excluded.failed_at
            """)
        .params(
            processor,
            failure.error(),
            failure.position(),
            failure.failedAt().atOffset(ZoneOffset.UTC))
        .update();
  }
}
