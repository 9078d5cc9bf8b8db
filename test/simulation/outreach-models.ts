// Naive models of broadcasts, sequences, campaigns and of those who are in them.
import type { NaiveModel } from './naive-models.ts';

type Data = Readonly<Record<string, unknown>>;
type Model = () => NaiveModel;
const data = (value: unknown): Data => value as Data;
const idsOf = (steps: unknown): unknown[] => (steps as readonly Data[]).map(({ stepId }) => stepId);

/** A table of states: from which each command goes through, and where it leads. */
const broadcastWays: Readonly<Record<string, readonly [from: readonly string[], to: string]>> = {
  'broadcast.schedule': [['draft', 'scheduled'], 'scheduled'],
  'broadcast.start': [['draft', 'scheduled', 'running'], 'running'],
  'broadcast.pause': [['running', 'paused'], 'paused'],
  'broadcast.resume': [['paused', 'running'], 'running'],
  'broadcast.retry_failed': [['completed', 'running'], 'running'],
  'broadcast.cancel': [['draft', 'scheduled', 'running', 'paused', 'cancelled'], 'cancelled'],
  'broadcast.fail': [['scheduled', 'running', 'paused', 'failed'], 'failed'],
  'broadcast.complete': [['running', 'completed'], 'completed'],
};

const broadcast: Model = () => {
  let status = 'none';
  return {
    accepts: (command, { message, pending, sending }) => {
      // Whether a message can be sent is not the model's business.
      if (command === 'broadcast.create') return status === 'none' ? undefined : false;
      if (command === 'broadcast.update') return status !== 'draft' ? false : message === undefined || undefined;
      const [from = []] = broadcastWays[command] ?? [];
      if (!from.includes(status)) return false;
      if (command === 'broadcast.schedule') return undefined;
      return command !== 'broadcast.complete' || status === 'completed' || Number(pending) + Number(sending) === 0;
    },
    note: (command) => {
      if (command === 'broadcast.create') status = 'draft';
      status = broadcastWays[command]?.[1] ?? status;
    },
    expects: () => status,
    see: ({ createdAt, status }) => (createdAt === null ? 'none' : status),
  };
};

const recipient: Model = () => {
  let status = 'pending';
  let message: unknown;
  let mayHaveArrived = false;
  const ways: Readonly<Record<string, readonly [string, string]>> = {
    'broadcast_recipient.begin': ['pending', 'sending'],
    'broadcast_recipient.confirm': ['sending', 'sent'],
    'broadcast_recipient.fail': ['sending', 'failed'],
    'broadcast_recipient.skip': ['pending', 'skipped'],
    'broadcast_recipient.defer': ['pending', 'pending'],
    'broadcast_recipient.retry': ['failed', 'pending'],
  };
  return {
    accepts: (command, { messageId }) => {
      if (!ways[command]?.includes(status)) return false;
      if (command === 'broadcast_recipient.retry') return !mayHaveArrived;
      return status === 'pending' || status === 'skipped' || messageId === message;
    },
    note: (command, { messageId, mayHaveArrived: uncertain }) => {
      if (command === 'broadcast_recipient.begin') message = messageId;
      if (command === 'broadcast_recipient.fail' && status === 'sending') mayHaveArrived = uncertain === true;
      status = ways[command]?.[1] ?? status;
    },
    expects: () => status,
    see: (state) => state['status'],
  };
};

/** What sequences and campaigns have in common: a status, and steps in an order. */
function withSteps(
  name: 'sequence' | 'campaign',
  accepts: (status: string, steps: number) => Readonly<Record<string, boolean | undefined>>,
): Model {
  return () => {
    let status = 'none';
    let steps: unknown[] = [];
    const mayChange = (): boolean => status === 'draft' || status === 'paused';
    const stepIdOf = (given: Data): unknown => given['stepId'] ?? data(given['step'])['stepId'];
    const leads: Readonly<Record<string, string>> = {
      create: 'draft',
      schedule: 'scheduled',
      activate: 'active',
      pause: 'paused',
      resume: 'active',
      complete: 'completed',
      archive: 'archived',
    };
    return {
      accepts: (command, given) => {
        const verb = command.slice(name.length + 1);
        if (verb === 'create') return status === 'none';
        if (verb === 'update') return status === 'draft';
        if (verb === 'remove_step') return mayChange();
        if (verb === 'move_step') return mayChange() && steps.includes(given['stepId']);
        if (verb !== 'add_step') {
          const expected = accepts(status, steps.length)[verb];
          return verb === 'complete' && status !== 'completed' ? expected && given['openEnrollments'] === 0 : expected;
        }
        if (!mayChange() || steps.includes(stepIdOf(given))) return false;
        return name === 'campaign' ? true : undefined;
      },
      note: (command, given) => {
        const verb = command.slice(name.length + 1);
        const place = Number(given['order'] ?? 99) - 1;
        if (verb === 'remove_step' || verb === 'move_step') steps = steps.filter((id) => id !== given['stepId']);
        if (verb === 'add_step' || verb === 'move_step') steps = steps.toSpliced(place, 0, stepIdOf(given));
        status = leads[verb] ?? status;
      },
      expects: () => [status, steps],
      see: ({ createdAt, status, steps }) => [createdAt === null ? 'none' : status, idsOf(steps)],
    };
  };
}

const sequence = withSteps('sequence', (status, steps) => ({
  activate: status === 'active' || (status === 'draft' && steps > 0),
  pause: status === 'active' || status === 'paused',
  resume: status === 'active' || (status === 'paused' && steps > 0),
  archive: status !== 'none',
}));

const campaign = withSteps('campaign', (status, steps) => {
  // Steps may lead to others that are not there: the model does not look.
  const runs = (from: boolean): boolean | undefined => (from && steps > 0 ? undefined : status === 'active');
  const isDraft = status === 'draft' || status === 'scheduled';
  return {
    schedule: isDraft ? undefined : false,
    activate: runs(isDraft),
    pause: status === 'active' || status === 'paused',
    resume: runs(status === 'paused'),
    complete: ['active', 'paused', 'completed'].includes(status),
    archive: status !== 'none' && status !== 'active',
  };
});

/** Someone's way through steps. `next` says to which step it leads, counted from 0; -1: out. */
function enrolled(name: string, next: (steps: readonly Data[], at: number, outcome: unknown) => number): Model {
  return () => {
    let status = 'none';
    let steps: readonly Data[] = [];
    let current = 0;
    return {
      accepts: (command) => {
        const verb = command.slice(name.length + 1);
        if (verb === 'enroll') return status === 'none' ? undefined : false;
        if (status === 'none') return false;
        if (verb === 'advance') return undefined;
        return verb === 'exit' ? status !== 'completed' : status === 'active' || status === 'paused';
      },
      note: (command, given) => {
        const verb = command.slice(name.length + 1);
        if (verb === 'enroll') [status, steps] = ['active', given['steps'] as readonly Data[]];
        else if (verb === 'pause') status = 'paused';
        else if (verb === 'resume') status = 'active';
        else if (verb === 'exit') status = 'exited';
        else if (status === 'active' && idsOf(steps).indexOf(given['stepId']) === current) {
          const to = next(steps, current, given['outcome']);
          if (to < 0) status = 'exited';
          else if (to >= steps.length) status = 'completed';
          else current = to;
        }
      },
      expects: () => [status, current + 1],
      see: ({ createdAt, status, currentStepOrder }) => [createdAt === null ? 'none' : status, currentStepOrder],
    };
  };
}

/** By aggregate. */
export const outreachModels = {
  broadcast,
  broadcast_recipient: recipient,
  sequence,
  sequence_enrollment: enrolled('sequence_enrollment', (_steps, at) => at + 1),
  campaign,
  campaign_enrollment: enrolled('campaign_enrollment', (steps, at, outcome) => {
    const step = steps[at] ?? {};
    const target = outcome === 'not_met' ? step['elseStepId'] : step['timeoutStepId'];
    if (outcome === 'done' || (outcome === 'timed_out' && target === undefined)) return at + 1;
    return target === undefined ? -1 : idsOf(steps).indexOf(target);
  }),
};
