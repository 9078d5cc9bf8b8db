// Reads what a process serves at /metrics: the families it declares, and each series with its labels.

/** One series. */
export type Series = {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
};
/** A page of metrics. `types`: family → counter, gauge, histogram. */
export type Exposition = {
  readonly text: string;
  readonly types: ReadonlyMap<string, string>;
  readonly series: readonly Series[];
};

/** Asks a process. */
export async function scrape(url: string): Promise<Exposition> {
  const answer = await fetch(`${url}/metrics`, { signal: AbortSignal.timeout(10_000) });
  if (!answer.ok) throw new Error(`${url}/metrics answered ${answer.status}.`);
  const text = await answer.text();
  return {
    text,
    types: new Map([...text.matchAll(/^# TYPE (\w+) (\w+)$/gm)].map(([, name = '', type = '']) => [name, type])),
    series: [...text.matchAll(/^(\w+)(?:\{(.*)\})? (\S+)$/gm)].map(([, name = '', labels = '', value]) => ({
      name,
      labels: Object.fromEntries(
        [...labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, key, text]) => [key, text]),
      ),
      value: Number(value),
    })),
  };
}
