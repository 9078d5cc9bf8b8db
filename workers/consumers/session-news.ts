// News of sessions for their workflows: what happened is started or signalled by the session's id, and what a batch has of one session is one signal.
import {
  type SessionLifecycleInput,
  type SessionNews,
  sagaAttributes,
  sessionNewsSignal,
  sessionSagaType,
  workflowNames,
} from '../../workflows/names.ts';
import type { DeliveredEvent } from './consumer.ts';
import type { WorkflowStart } from './workflow-start.ts';

/** The id of a session's workflow: there is one for each, ever. */
const sessionWorkflowId = (sessionId: string): string => `session-lifecycle-${sessionId}`;

/** The start of a session's workflow, if it does not run, with what happened. It does not matter which event comes first. */
export function sessionNews(
  { tenantId, aggregateId, time }: DeliveredEvent,
  { messages = 0, look = false }: Partial<Pick<SessionNews, 'messages' | 'look'>>,
): WorkflowStart {
  const input: SessionLifecycleInput = { tenantId, sessionId: aggregateId };
  const news: SessionNews = { messages, lastMessageAt: messages > 0 ? time : null, look };
  return {
    workflow: workflowNames.sessionLifecycle,
    workflowId: sessionWorkflowId(aggregateId),
    input,
    searchAttributes: sagaAttributes({ sagaType: sessionSagaType, tenantId, correlationId: aggregateId }),
    signal: { name: sessionNewsSignal, args: [news] },
  };
}

/** Has one signal where there are several for a session, in the place of the first: round trips to Temporal are the scarce thing. */
export function gatherNews(starts: readonly WorkflowStart[]): WorkflowStart[] {
  const gathered = new Map<string, WorkflowStart>();
  for (const [index, start] of starts.entries()) {
    const isNews = start.workflow === workflowNames.sessionLifecycle;
    const key = isNews ? start.workflowId : `${index}`;
    gathered.set(key, bothOf(gathered.get(key), start));
  }
  return [...gathered.values()];
}

function bothOf(one: WorkflowStart | undefined, other: WorkflowStart): WorkflowStart {
  if (!one) return other;
  const [first, second] = [newsOf(one), newsOf(other)];
  const times = [first.lastMessageAt, second.lastMessageAt].filter((time) => time !== null);
  const news: SessionNews = {
    messages: first.messages + second.messages,
    lastMessageAt: times.toSorted((a, b) => Date.parse(a) - Date.parse(b)).at(-1) ?? null,
    look: first.look || second.look,
  };
  return { ...one, signal: { name: sessionNewsSignal, args: [news] } };
}

const newsOf = ({ signal }: WorkflowStart): SessionNews => signal?.args[0] as SessionNews;
