// What of an inbound benchmark is kept for the model of scale: docs/bench/inbound.json.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { projectDir } from '../../stack/paths.ts';
import type { CpuTimes } from './cpu.ts';

/** The file's content. `cpuMsPerMessage`: by process and server, tenths of ms. */
export type InboundRecord = {
  readonly measuredAt: string;
  readonly messages: number;
  readonly messagesPerSecond: readonly number[];
  readonly cpuMsPerMessage: CpuTimes;
};

const tenths = (value: number): number => Math.round(value * 10) / 10;

/** Writes it. */
export function recordInbound(cpu: CpuTimes, messages: number, messagesPerSecond: readonly number[], now: Date): void {
  const record: InboundRecord = {
    measuredAt: now.toISOString(),
    messages,
    messagesPerSecond: messagesPerSecond.map(tenths),
    cpuMsPerMessage: Object.fromEntries(Object.entries(cpu).map(([name, used]) => [name, tenths(used / messages)])),
  };
  writeFileSync(path.join(projectDir, 'docs/bench/inbound.json'), `${JSON.stringify(record, null, 2)}\n`);
}
