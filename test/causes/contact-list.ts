// How the events of contact lists and of the places in them come about.
import { byHttp, type Causes, type CauseWorld } from './cause.ts';
import { newContact } from './things.ts';

/** A list with a name of its own; gives its path. */
async function newList({ call, projectId, newId }: CauseWorld, isStatic: boolean): Promise<string> {
  const { id } = await call('POST', '/v1/contact-lists', { projectId, name: `List ${newId()}`, isStatic });
  return `/v1/contact-lists/${id}`;
}

/** A dynamic list with one rule; gives its path and the rule's id. */
async function newFilteredList(world: CauseWorld): Promise<{ readonly path: string; readonly ruleId: string }> {
  const path = await newList(world, false);
  const rule = { filterType: 'tag', field: 'tags', operator: 'has', value: 'nobody' };
  const { filterRules } = await world.call('POST', `${path}/filter-rules`, rule);
  return { path, ruleId: String((filterRules as unknown as readonly { ruleId: string }[])[0]?.ruleId) };
}

/** A static list that a contact was put into. */
async function newPlace(world: CauseWorld): Promise<{ readonly path: string; readonly contactIds: readonly string[] }> {
  const [path, contactIds] = [await newList(world, true), [await newContact(world)]];
  await world.call('POST', `${path}/contacts`, { contactIds });
  return { path, contactIds };
}

export const contactListCauses: Causes = {
  'contact_list.created': byHttp((world) => newList(world, true)),
  'contact_list.updated': byHttp(async (world) =>
    world.call('PATCH', await newList(world, true), { description: 'Brazil' }),
  ),
  'contact_list.deleted': byHttp(async (world) => world.call('DELETE', await newList(world, true))),
  'contact_list.filter_rule_added': byHttp(newFilteredList),
  'contact_list.filter_rule_removed': byHttp(async (world) => {
    const { path, ruleId } = await newFilteredList(world);
    await world.call('DELETE', `${path}/filter-rules/${ruleId}`);
  }),
  'contact_list.filter_rules_cleared': byHttp(async (world) =>
    world.call('DELETE', `${(await newFilteredList(world)).path}/filter-rules`),
  ),
  'contact_list.recalculated': byHttp(async (world) =>
    world.call('POST', `${(await newFilteredList(world)).path}/recalculate`),
  ),
};

export const contactListMemberCauses: Causes = {
  'contact_list.contact_added': byHttp(newPlace),
  'contact_list.contact_removed': byHttp(async (world) => {
    const { path, contactIds } = await newPlace(world);
    await world.call('POST', `${path}/contacts/remove`, { contactIds });
  }),
};
