// How far the rebuild of a projection is, as a bar with its rate and the time that is left.
import type { ConsumerRequest } from '../../db/consumer-requests.ts';

const width = 24;
const number = (value: number): string => Math.round(value).toLocaleString('en');

/** One line. `now`: what the rate is counted to. */
export function barOf(request: ConsumerRequest, now: Date = new Date()): string {
  const { state, total, compared, changed, onlyCompares, lastError, startedAt, endedAt } = request;
  const differ = `${number(changed)} rows ${onlyCompares ? 'are not as the log says' : 'put right'}`;
  if (state === 'waiting') return 'waits for a consumer process';
  const seconds = Math.max(0.001, ((endedAt ?? now).getTime() - (startedAt ?? now).getTime()) / 1_000);
  const perSecond = compared / seconds;
  if (endedAt !== null)
    return `${state} after ${seconds.toFixed(1)} s: ${number(compared)} events, ${number(perSecond)} a second, ${differ}`;
  // The log grows while it is gone through.
  const share = state === 'sweeping' ? 1 : total === 0 ? 0 : Math.min(0.99, compared / total);
  const full = Math.floor(share * width);
  const bar = `[${'█'.repeat(full)}${'░'.repeat(width - full)}] ${String(Math.floor(share * 100)).padStart(3)} %`;
  const left =
    perSecond > 0 && total > compared ? `, about ${number(Math.ceil((total - compared) / perSecond))} s left` : '';
  const what =
    state === 'sweeping' ? 'looking for rows that no event says' : `${number(compared)} of ${number(total)} events`;
  return `${bar}  ${what}, ${number(perSecond)} a second${left}, ${differ}${lastError ? ` (waits: ${lastError})` : ''}`;
}
