// Sends a broadcast page by page: the next page begins when nobody of the one before is left to begin, and a few may still wait for their slowest sends.
import {
  CancellationScope,
  condition,
  continueAsNew,
  defineSignal,
  isCancellation,
  ParentClosePolicy,
  proxyActivities,
  proxyLocalActivities,
  setHandler,
  startChild,
  uuid4,
  workflowInfo,
} from '@temporalio/workflow';
import type { BroadcastActivities } from '../activities/broadcast/broadcast-activities.ts';
import type { Planned } from '../activities/broadcast/plan-page.ts';
import { databaseStep, gatewayGlance } from './activity-options.ts';
import { broadcastPage, type PageEnd } from './broadcast-page.ts';
import { type BroadcastInput, broadcastChangedSignal, pageBegunSignal } from './names.ts';

const { planPage } = proxyLocalActivities<Pick<BroadcastActivities, 'planPage'>>(databaseStep);
const { readCapping } = proxyActivities<Pick<BroadcastActivities, 'readCapping'>>(gatewayGlance);

/** How the broadcast ended: `reason` says why it failed. */
export type SendingEnd = { readonly reason: string | null };

/** So many pages may be open: one that begins, and those whose last sends are not settled yet. */
const mostOpen = 4;
/** However long there is to wait: looked at again after that, should a signal be lost. */
const longestMs = 60 * 60 * 1_000;

/** The open pages. `waitMs`: what one of them was told to wait for. */
type Window = {
  readonly input: BroadcastInput;
  readonly series: string;
  readonly open: Map<number, Promise<void>>;
  readonly begun: Set<number>;
  pages: number;
  waitMs: number;
  failure: unknown;
};

/** Sends to everyone who is left. */
export async function broadcastSending(input: BroadcastInput): Promise<SendingEnd> {
  let changes = 0;
  // Page numbers begin anew with each run: the series keeps their ids apart.
  const series = uuid4().slice(0, 8);
  const window: Window = { input, series, open: new Map(), begun: new Set(), pages: 0, waitMs: 0, failure: undefined };
  setHandler(defineSignal(broadcastChangedSignal), () => {
    changes += 1;
  });
  setHandler(defineSignal<[number]>(pageBegunSignal), (page) => {
    window.begun.add(page);
  });
  try {
    for (let after: string | null = null; ; ) {
      const seen = changes;
      const plan: Planned = await planPage({ ...input, after, isEnding: false });
      if (plan.kind === 'page') {
        await beginPage(window, plan.recipientIds);
        after = window.waitMs > 0 ? null : (plan.recipientIds.at(-1) ?? null);
      } else after = null;
      if (after !== null && !workflowInfo().continueAsNewSuggested) continue;
      await drain(window);
      if (plan.kind === 'over') return { reason: plan.reason };
      const waitMs = plan.kind === 'wait' ? plan.ms : plan.kind === 'paused' ? longestMs : window.waitMs;
      window.waitMs = 0;
      if (waitMs > 0) await condition(() => changes > seen, Math.min(waitMs, longestMs));
      if (workflowInfo().continueAsNewSuggested) await continueAsNew<typeof broadcastSending>(input);
    }
  } catch (error) {
    if (isCancellation(error)) await CancellationScope.nonCancellable(() => finishBegun(window));
    throw error;
  }
}

/** Starts a page and waits until all on it are begun, or it came to a stop, and there is room for another one. */
async function beginPage(window: Window, recipientIds: readonly string[]): Promise<void> {
  const { input, series, open, begun } = window;
  await readCapping(input).catch((error: unknown) => {
    if (isCancellation(error)) throw error;
  });
  window.pages += 1;
  const page = window.pages;
  const child = await startChild(broadcastPage, {
    workflowId: `broadcast-${input.broadcastId}-sending-${series}-${page}`,
    args: [{ ...input, page, recipientIds }],
    parentClosePolicy: ParentClosePolicy.REQUEST_CANCEL,
  });
  const ended = child
    .result()
    .then(
      (end: PageEnd) => {
        window.waitMs = Math.max(window.waitMs, end.waitMs);
      },
      (error: unknown) => {
        window.failure ??= error;
      },
    )
    .then(() => {
      open.delete(page);
      begun.delete(page);
    });
  open.set(page, ended);
  await condition(() => (begun.has(page) || !open.has(page)) && open.size < mostOpen);
  if (window.failure !== undefined) await drain(window);
}

/** Waits for all open pages. Throws what one of them failed with. */
async function drain(window: Window): Promise<void> {
  await Promise.all(window.open.values());
  const { failure } = window;
  window.failure = undefined;
  if (failure !== undefined) throw failure;
}

/** The sending was stopped: what was begun is brought to its end. */
async function finishBegun(window: Window): Promise<void> {
  await drain(window).catch(() => undefined);
  for (;;) {
    const plan = await planPage({ ...window.input, after: null, isEnding: true });
    if (plan.kind !== 'page') return;
    await beginPage(window, plan.recipientIds);
    await drain(window);
  }
}
