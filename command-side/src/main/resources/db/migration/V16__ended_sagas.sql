-- With many tasks this takes its time.
set local statement_timeout = 0;

-- A saga of a task lives while the task can become overdue, so those that wait for no deadline end. If a program of the
-- version before schedules one at this moment, its saga stays: the row is looked at again when it is free.
with ended as (
    delete from events.saga_entry
    where saga_type = 'dev.annals.command.task.OverdueSaga'
      and convert_from(serialized_saga, 'UTF8')::jsonb ->> 'deadline' is null
    returning saga_id, saga_type
)
delete from events.association_value_entry association
using ended
where association.saga_id = ended.saga_id and association.saga_type = ended.saga_type;
