package dev.annals.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Annals' own migrations, and those of the chassis for new products. */
class ChassisSchemaTest {

  /** Tables, views and functions, each with the definitions of its parts. */
  private static final String CATALOG =
      """
      with tables as (
          select oid, oid::regclass::text as name from pg_class
          where relkind in ('r', 'p', 'v') and relnamespace::regnamespace::text in ('events', 'identity', 'attachment', 'push')
      )
      select name, format('column %s %s %s, not null %s, identity %s, default %s',
                          attnum, attname, format_type(atttypid, atttypmod), attnotnull, attidentity,
                          pg_get_expr(adbin, adrelid)) as definition
      from tables join pg_attribute on attrelid = oid
           left join pg_attrdef on adrelid = attrelid and adnum = attnum
      where attnum > 0
      union all
      select name, pg_get_indexdef(indexrelid) from tables join pg_index on indrelid = oid
      union all
      select name, format('constraint %s %s', conname, pg_get_constraintdef(pg_constraint.oid))
      from tables join pg_constraint on conrelid = tables.oid
      union all
      select name, pg_get_expr(relpartbound, pg_class.oid) from tables join pg_class using (oid) where relispartition
      union all
      select name, pg_get_triggerdef(pg_trigger.oid) from tables join pg_trigger on tgrelid = tables.oid where not tgisinternal
      union all
      select name, pg_get_viewdef(oid) from tables where pg_get_viewdef(oid) is not null
      union all
      select format('%s.%s', pronamespace::regnamespace, proname), pg_get_functiondef(oid) from pg_proc
      where pronamespace::regnamespace::text in ('events', 'identity', 'attachment', 'push')
      """;

  private record Part(String name, String definition) {}

  @Test
  void theMigrationsOfTheChassisMakeTheTablesThatThoseOfAnnalsMake() {
    // The command side does without push.
    List<Part> chassis =
        catalog("classpath:db/chassis", "filesystem:../chassis/push/src/main/resources/db/chassis");
    Set<String> names = new TreeSet<>(chassis.stream().map(Part::name).toList());

    assertThat(names)
        .containsExactly(
            "attachment.file",
            "attachment.first_place",
            "attachment.jobs",
            "attachment.object",
            "attachment.upload",
            "events.add_partitions",
            "events.aggregate_head",
            "events.association_value_entry",
            "events.audit_entry",
            "events.audited_event",
            "events.domain_event_entry",
            "events.domain_event_entry_1",
            "events.domain_event_entry_10000001",
            "events.domain_event_entry_5000001",
            "events.event_partition",
            "events.former_index",
            "events.move_head",
            "events.origin",
            "events.parked_event",
            "events.processor_failure",
            "events.saga_entry",
            "events.scheduled_tasks",
            "events.seal_head",
            "events.seal_leaf",
            "events.seal_node",
            "events.simple_name",
            "events.snapshot_event_entry",
            "events.token_entry",
            "identity.personal_parts",
            "identity.session",
            "identity.signing_key",
            "identity.subject_key",
            "push.delivery",
            "push.webhook_cursor",
            "push.webhook_pause");
    assertThat(chassis)
        .containsExactlyInAnyOrderElementsOf(
            catalog("classpath:db/migration").stream()
                .filter(part -> names.contains(part.name()))
                .toList());
  }

  private static List<Part> catalog(String... locations) {
    Database database = Database.create();
    Flyway.configure().dataSource(database.dataSource()).locations(locations).load().migrate();
    JdbcClient jdbc = database.jdbc();
    assertThat(
            jdbc.sql(
                    """
                    select named_from = to_timestamp(0) and removable_from = to_timestamp(0)
                    from identity.personal_parts cross join attachment.first_place
                    """)
                .query(Boolean.class)
                .single())
        .as("%s lets encrypted parts name their field, and bytes be removed, at once", locations[0])
        .isTrue();
    return jdbc.sql(CATALOG).query(Part.class).list();
  }
}
