// Has a process of its own group compute only with what the others leave over: for tests that compute while others wait.
import { writeFileSync } from 'node:fs';
import os from 'node:os';

const last = 19;

/** Does it, as far as the system lets it. To be called right after the start: threads that are there already keep their place. */
export function stepAside(pid: number): void {
  try {
    os.setPriority(pid, last);
    // Linux shares the time out between sessions first, where that is switched on: inside of one only, the priority would count.
    if (process.platform === 'linux') writeFileSync(`/proc/${pid}/autogroup`, String(last));
  } catch {
    // It has ended already, or the system knows no such groups: then it runs like the others.
  }
}
