// What the scenario's payloads are made with: ids that follow from the run, times that follow from its start.

/** `run` makes the ids: play the same run twice and nothing new may come of it. `startAt` is the hour's first moment. */
export type ScenarioOptions = { session: string; run: string; startAt: Date };

/** What payloads are made with. */
export type Making = ScenarioOptions & {
  /** The inner id of a message, by its key. */
  innerId(key: string): string;
  /** Seconds, as the gateway counts. */
  seconds(atMs: number): number;
};
