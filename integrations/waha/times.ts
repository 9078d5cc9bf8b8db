// Gateway times (seconds, fractions of seconds, milliseconds, ISO text) to ISO 8601 UTC. Pure: knows no clock.

// Seconds of the year 5138, milliseconds of 1973: no message lies near this border.
const firstMilliseconds = 100_000_000_000;
const earliest = Date.UTC(2009, 0, 1);
const latest = Date.UTC(2100, 0, 1);

/** ISO time of a gateway timestamp, or undefined when it is absent or no time a message can have. */
export function gatewayTime(value: unknown): string | undefined {
  const milliseconds = toMilliseconds(value);
  if (milliseconds === undefined || !(milliseconds >= earliest && milliseconds < latest)) return undefined;
  return new Date(milliseconds).toISOString();
}

function toMilliseconds(value: unknown): number | undefined {
  if (typeof value === 'number') return Math.round(value >= firstMilliseconds ? value : value * 1000);
  if (typeof value !== 'string' || value === '') return undefined;
  return /^\d+(\.\d+)?$/.test(value) ? toMilliseconds(Number(value)) : Date.parse(value);
}
