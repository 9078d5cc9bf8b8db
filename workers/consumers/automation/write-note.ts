// What a rule writes down about the contact of a run: a note, a task for an agent, a word to one.
import { aggregates } from '../../../db/aggregates.ts';
import { execute, load } from '../../../db/execute.ts';
import { activeAgent } from '../../../db/queries/active-agent.ts';
import { requireReferences } from '../../../db/references.ts';
import { violated } from '../../../domain/kernel/errors.ts';
import { addMilliseconds } from '../../../domain/kernel/time.ts';
import type { Note } from '../../../domain/note/note.ts';
import { derivedId } from '../../../platform/clock.ts';
import { presentContact, type Work } from './action-work.ts';

type Said = Pick<Note, 'content'> & Partial<Pick<Note, 'noteType' | 'priority'>>;

/** `forAgent`: the note is for this agent, or (undefined) for the one who has the session; without it for nobody. */
export async function writeNote(
  work: Work,
  said: Said,
  task?: { readonly agentId: string | undefined; readonly dueInMinutes?: number | undefined },
): Promise<void> {
  const { deps, tx, run, cause, position } = work;
  const contact = await presentContact(work);
  const noteId = derivedId('automation note', run.id, String(position));
  const isTheirSession = run.sessionId !== null && contact.id === run.contactId;
  const data = {
    noteId,
    projectId: run.projectId,
    contactId: contact.id,
    ...(isTheirSession && { sessionId: run.sessionId }),
    authorId: run.automationId,
    authorType: 'automation',
    ...said,
    ...(task && (await taskOf(work, task))),
  };
  await execute(deps, tx, aggregates.note, noteId, { type: 'note.add', data }, cause);
}

async function taskOf(
  work: Work,
  { agentId, dueInMinutes }: { readonly agentId: string | undefined; readonly dueInMinutes?: number | undefined },
): Promise<Partial<Record<'forAgentId' | 'dueAt', string>>> {
  const { deps, tx } = work;
  const forAgentId = agentId ?? (await agentInCharge(work));
  await requireReferences(tx, [activeAgent('agentId', forAgentId)]);
  const now = deps.clock.now().toISOString();
  return { forAgentId, ...(dueInMinutes !== undefined && { dueAt: addMilliseconds(now, dueInMinutes * 60_000) }) };
}

async function agentInCharge({ deps, tx, run }: Work): Promise<string> {
  const session = run.sessionId === null ? undefined : (await load(deps, tx, aggregates.session, run.sessionId)).state;
  if (!session?.agentId) throw violated('no_agent', 'No agent has the session: name the one whom it is for.');
  return session.agentId;
}
