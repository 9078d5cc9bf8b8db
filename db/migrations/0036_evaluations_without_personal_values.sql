-- What a condition asked of a personal field was kept beside whether it was met: together they tell what the contact has there. The rule itself still says it.
alter table automation_evaluations no force row level security;
update automation_evaluations set conditions = (
  select coalesce(jsonb_agg(case
    when condition ->> 'field' in ('contact.name', 'contact.phone', 'contact.email', 'message.text') or condition ->> 'field' like 'contact.custom.%'
    then condition - 'value' - 'actual' else condition end order by place), '[]'::jsonb)
  from jsonb_array_elements(conditions) with ordinality as given (condition, place))
where jsonb_typeof(conditions) = 'array';
alter table automation_evaluations force row level security;
