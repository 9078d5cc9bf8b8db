// What was ever released: each version of each event with the digest of its schema. A schema or sample that was deleted or changed by hand is refused,
// not taken for a new one: the gate (compatibility.ts) compares with those files.
import { createHash } from 'node:crypto';

/** The file, under docs/generated. */
export const releasedFile = 'schemas/index.json';

const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16);
const schemaPath = (name: string): string => `schemas/${name}.json`;

/** The file's text for these schemas (by path under docs/generated): the digest of each by `contact.created.v1`. */
export function releasedVersions(schemas: Readonly<Record<string, string>>): string {
  const names = Object.keys(schemas).map((path) => path.replace(/^schemas\/(.*)\.json$/, '$1'));
  const digests = names.sort().map((name) => [name, digestOf(schemas[schemaPath(name)] ?? '')]);
  return `${JSON.stringify(Object.fromEntries(digests), null, 2)}\n`;
}

/** What lies there: texts of the schemas by path, names of the golden samples (`contact.created.v1`), the text of the index. */
export type Released = {
  readonly index: string | undefined;
  readonly schemas: ReadonlyMap<string, string>;
  readonly samples: readonly string[];
};

/** A line for each file that is missing or was changed by hand, which says what to do. */
export function releaseProblems({ index, schemas, samples }: Released): string[] {
  const bringBack =
    'Bring it back from the commit you build on (`git checkout <commit> -- <file>`), then run `npm run gen`.';
  if (index === undefined) return samples.length > 0 ? [`docs/generated/${releasedFile} is missing. ${bringBack}`] : [];
  const digests = JSON.parse(index) as Readonly<Record<string, string>>;
  const problems: string[] = [];
  for (const name of [...new Set([...Object.keys(digests), ...samples])].sort()) {
    const told = name.replace(/\.(v\d+)$/, ' $1');
    const text = schemas.get(schemaPath(name));
    if (text === undefined)
      problems.push(`${told} was released, but docs/generated/${schemaPath(name)} is missing. ${bringBack}`);
    else if (name in digests && digests[name] !== digestOf(text))
      problems.push(
        `${told}: docs/generated/${schemaPath(name)} is not what \`npm run gen\` wrote. Take it and ${releasedFile} as they are in the commit you build on, then run \`npm run gen\`.`,
      );
    if (!samples.includes(name))
      problems.push(`${told} was released, but test/fixtures/events/${name}.json is missing. ${bringBack}`);
  }
  return problems;
}
