// The shape shared by the three servers: what starting one needs and what it answers.

/** Says one line of progress. */
export type Say = (line: string) => void;

/** What starting a server needs. `durable` false = data may be lost at a crash (tests). Preferred ports of 0 = any. `settings`: more of PostgreSQL's. */
export type ServerOptions = {
  stateDir: string;
  durable: boolean;
  ports: Record<string, number>;
  say: Say;
  settings?: readonly string[];
};

/** How a server came to run: by us now, found running from an earlier start, or somebody else's by its address. */
export type Origin = 'started' | 'adopted' | 'external';

/** Whether two lists of settings are the same. */
export function sameSettings(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((value, index) => value === other[index]);
}
