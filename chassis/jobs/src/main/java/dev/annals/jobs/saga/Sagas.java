package dev.annals.jobs.saga;

import dev.annals.http.web.Page;
import dev.annals.http.web.Paging;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** Reads the active sagas. */
record Sagas(JdbcClient jdbc) {

  private static final JsonMapper JSON = JsonMapper.shared();
  private static final TypeReference<List<Association>> ASSOCIATIONS = new TypeReference<>() {};
  private static final String SELECTED =
      """
      from events.saga_entry saga
      where :type::text is null or substring(saga_type from '[^.]+$') = :type
      """;

  /** A saga receives the events whose property {@code key} has this value. */
  record Association(String key, String value) {}

  /**
   * A saga.
   *
   * @param type its class, without the package
   * @param nextDeadline null if it waits for events only
   */
  record SagaView(
      String type, String id, List<Association> associations, @Nullable Instant nextDeadline) {}

  /** Returns a page of sagas, by id. */
  Page<SagaView> page(Optional<String> type, Paging paging) {
    long total =
        jdbc.sql("select count(*) " + SELECTED)
            .param("type", type.orElse(null))
            .query(Long.class)
            .single();
    // A saga's state holds the ids of its deadlines.
    List<SagaView> sagas =
        jdbc.sql(
                """
                select saga_id, substring(saga_type from '[^.]+$') as type,
                       (select coalesce(json_agg(json_build_object('key', association_key, 'value', association_value)
                                                 order by association_key, association_value), '[]')
                        from events.association_value_entry association
                        where association.saga_id = saga.saga_id and association.saga_type = saga.saga_type)
                         as associations,
                       (select min(execution_time)
                        from jsonb_each_text(convert_from(serialized_saga, 'UTF8')::jsonb) property
                             join events.scheduled_tasks on task_instance = property.value
                        where task_name = 'AxonDeadline') as next_deadline
                """
                    + SELECTED
                    + "order by saga_id limit :size offset :offset")
            .param("type", type.orElse(null))
            .param("size", paging.size())
            .param("offset", paging.offset())
            .query(Sagas::read)
            .list();
    return Page.of(sagas, paging, total);
  }

  @SuppressWarnings("UnusedVariable") // JdbcClient counts the rows.
  private static SagaView read(ResultSet row, int number) throws SQLException {
    OffsetDateTime deadline = row.getObject("next_deadline", OffsetDateTime.class);
    return new SagaView(
        row.getString("type"),
        row.getString("saga_id"),
        JSON.readValue(row.getString("associations"), ASSOCIATIONS),
        deadline == null ? null : deadline.toInstant());
  }
}
