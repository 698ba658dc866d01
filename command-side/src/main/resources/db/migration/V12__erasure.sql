-- Sagas of tasks end with their owner, too: those that live already do not know whose they are.
insert into events.association_value_entry (association_key, association_value, saga_id, saga_type)
select 'userId', owner_id::text, saga_id, saga_type
from events.association_value_entry join events.due_task on task_id::text = association_value
where association_key = 'taskId';
