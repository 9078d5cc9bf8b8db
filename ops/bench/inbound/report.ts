// The benchmark's page: what was measured, as Markdown tables.
import { cpus } from 'node:os';
import type { CpuTimes } from './cpu.ts';
import { median, percentile, row } from './figures.ts';

/** One message, alone: ms of its parts. */
export type Single = {
  readonly answeredMs: number;
  readonly untilBegunMs: number;
  readonly afterBegunMs: number;
  readonly brokerMs: number;
};

/** All that was measured. `burst`: answers to the posts that begin a round at once; `loop`: the others of the rounds. `cpu`: undefined where it can't be read. */
export type Figures = {
  readonly singles: readonly Single[];
  readonly yardstick: readonly number[];
  readonly inFlight: number;
  readonly perRound: number;
  readonly rounds: readonly { readonly inbound: number; readonly trivial: number }[];
  readonly burst: readonly number[];
  readonly loop: readonly number[];
  readonly cpu: CpuTimes | undefined;
  readonly steady: {
    readonly perSecond: number;
    readonly seconds: number;
    readonly answers: readonly number[];
    readonly failed: number;
    readonly lagMs: number;
  };
};

const ms = (samples: readonly number[], share: number): string => `${percentile(samples, share).toFixed(1)} ms`;

/** The whole page. */
export function report(figures: Figures): string {
  const { singles, yardstick, inFlight, perRound, rounds, burst, loop, steady } = figures;
  const part = (name: keyof Single): number[] => singles.map((single) => single[name]);
  return `${cpus().length} cores, ${cpus()[0]?.model ?? 'unknown'}; Node ${process.version}; everything on one machine

One at a time, warm, ${singles.length} of each, in turn (ms)

| part | p50 | p99 |
| --- | --- | --- |
${row('webhook → answer (stored)', part('answeredMs'))}
${row('answer → the saga’s transaction begins (workflow start)', part('untilBegunMs'))}
${row('transaction begins → message at the broker (saga, commit, relay)', part('afterBegunMs'))}
${row('**webhook → broker**', part('brokerMs'))}
${row('trivial one-activity workflow, end to end', yardstick)}

webhook → broker is ${(median(part('brokerMs')) / median(yardstick)).toFixed(2)} × the trivial workflow (p50)

Sustained, ${inFlight} in flight, ${rounds.length} rounds of ${perRound}, in turn

| round | inbound messages/s | trivial workflows/s | ratio |
| --- | --- | --- | --- |
${rounds.map(({ inbound, trivial }, index) => `| ${index + 1} | ${inbound.toFixed(1)} | ${trivial.toFixed(1)} | ${(inbound / trivial).toFixed(2)} |`).join('\n')}

inbound is ${median(rounds.map(({ inbound, trivial }) => inbound / trivial)).toFixed(2)} × the trivial workflow's rate (median)

intake answers at a steady ${steady.perSecond.toFixed(1)} messages/s for ${steady.seconds} s, counted from when each post was due: p50 ${ms(steady.answers, 0.5)}, p95 ${ms(steady.answers, 0.95)}, p99 ${ms(steady.answers, 0.99)} (${steady.answers.length} answers, ${steady.failed} failed; the last message was at the broker ${(steady.lagMs / 1_000).toFixed(1)} s after the last answer)
intake answers to the burst of ${inFlight} posts at once that begins each round: p95 ${ms(burst, 0.95)}; to the others of the rounds: p95 ${ms(loop, 0.95)}

${cpuTable(figures)}`;
}

function cpuTable({ cpu, perRound, rounds, inFlight }: Figures): string {
  if (!cpu) return 'CPU per message: not measured, this system has no /proc to read it from.';
  const messages = perRound * rounds.length;
  const perMessage = Object.entries(cpu).map(([name, used]) => [name, used / messages] as const);
  const lines = perMessage
    .sort(([, one], [, other]) => other - one)
    .map(([name, used]) => `| ${name} | ${used.toFixed(1)} |`);
  const all = perMessage.reduce((sum, [, used]) => sum + used, 0);
  return `CPU, children included, during the rounds of inbound messages (${messages} in all, ${inFlight} in flight)

| process | ms per message |
| --- | --- |
${lines.join('\n')}
| **all** | ${all.toFixed(1)} |`;
}
