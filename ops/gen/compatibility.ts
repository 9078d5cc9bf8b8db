// The compatibility gate: what changed between two JSON Schemas of one version of an event. Only an optional field may be added; anything else is a new version.

type Schema = Readonly<Record<string, unknown>>;
/** What people read and validators ignore. */
const wordsOnly = new Set([
  '$schema',
  'title',
  'description',
  'examples',
  'deprecated',
  'x-deprecated-since',
  'x-deprecated-until',
]);

const isSchema = (value: unknown): value is Schema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const at = (path: string, field: string): string => (path === '' ? field : `${path}.${field}`);

/** Each forbidden difference in words, with the field's path; empty: `after` may stand in the place of `before`. */
export function incompatibilities(before: unknown, after: unknown, path = ''): string[] {
  const here = path === '' ? 'the data' : `"${path}"`;
  if (!isSchema(before) || !isSchema(after))
    return JSON.stringify(before) === JSON.stringify(after) ? [] : [`${here} is described otherwise than before`];
  const problems: string[] = [];
  if (isSchema(before['properties']) || isSchema(after['properties']))
    problems.push(...fieldProblems(before, after, path));
  if ('items' in before || 'items' in after)
    problems.push(...incompatibilities(before['items'], after['items'], at(path, '*')));
  if (isSchema(before['additionalProperties']) && isSchema(after['additionalProperties']))
    problems.push(...incompatibilities(before['additionalProperties'], after['additionalProperties'], at(path, '*')));
  const compared = new Set(['properties', 'required', 'items', 'additionalProperties', ...wordsOnly]);
  const rest = (schema: Schema): string =>
    JSON.stringify(
      Object.entries(schema)
        .filter(([key]) => !compared.has(key))
        .sort(([a], [b]) => (a < b ? -1 : 1)),
    );
  if (rest(before) !== rest(after)) problems.push(`${here} has other values: ${rest(before)} became ${rest(after)}`);
  return problems;
}

function fieldProblems(before: Schema, after: Schema, path: string): string[] {
  const fieldsOf = (schema: Schema): Schema => (isSchema(schema['properties']) ? schema['properties'] : {});
  const neededOf = (schema: Schema): ReadonlySet<unknown> =>
    new Set((schema['required'] as unknown[] | undefined) ?? []);
  const [old, now, wasNeeded, isNeeded] = [fieldsOf(before), fieldsOf(after), neededOf(before), neededOf(after)];
  const problems: string[] = [];
  for (const field of Object.keys(old)) {
    const name = `"${at(path, field)}"`;
    if (!(field in now)) problems.push(`${name} is gone`);
    else if (wasNeeded.has(field) && !isNeeded.has(field))
      problems.push(`${name} was always there and is optional now`);
    else if (!wasNeeded.has(field) && isNeeded.has(field)) problems.push(`${name} was optional and is demanded now`);
    else problems.push(...incompatibilities(old[field], now[field], at(path, field)));
  }
  for (const field of Object.keys(now))
    if (!(field in old) && isNeeded.has(field)) problems.push(`"${at(path, field)}" is new and not optional`);
  return problems;
}

/** The lines that a person gets: which event, which field, what to do. `file` is the schema's, `schemas/contact.created.v1.json`. */
export function gateProblems(file: string, before: string, after: string | undefined): string[] {
  const name = file.replace(/^schemas\/(.*)\.(v\d+)\.json$/, '$1 $2');
  if (after === undefined)
    return [
      `${name} is gone, but such events are stored for ever: bring its row back, or keep the version in \`older\` (docs/versions.md).`,
    ];
  return incompatibilities(JSON.parse(before), JSON.parse(after)).map(
    (problem) =>
      `${name}: ${problem}. Make it an optional field, or raise the version and keep this one in \`older\` with upcast and downcast (docs/versions.md).`,
  );
}
