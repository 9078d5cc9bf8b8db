// The fields of an event or a command as a person writes them, `nickname:text*` (personal) or `count:count?` (may be left out), and as the code does.
import { Refusal } from './words.ts';

/** One field: its zod expression, an example as source text, and what the expression needs from the kernel. */
export type Field = {
  readonly name: string;
  readonly schema: string;
  readonly example: string;
  readonly fields: readonly string[];
  readonly isPersonal: boolean;
};

const kinds: Readonly<Record<string, { readonly schema: string; readonly example: string; readonly needs?: string }>> =
  {
    text: { schema: 'label', example: "'Monday'", needs: 'label' },
    count: { schema: 'count', example: '3', needs: 'count' },
    flag: { schema: 'z.boolean()', example: 'true' },
    moment: { schema: 'at', example: "'2026-01-31T12:00:00.000Z'", needs: 'at' },
    id: { schema: 'id', example: "'018f5a10-0000-7000-8000-0000000000f1'", needs: 'id' },
  };

/** Reads them; refuses what it does not understand. */
export function readFields(words: readonly string[]): readonly Field[] {
  const fields = words.map(readField);
  const twice = fields.find(({ name }, index) => fields.findIndex((one) => one.name === name) !== index);
  if (twice) throw new Refusal(`The field ${twice.name} is named twice.`);
  return fields;
}

function readField(word: string): Field {
  const [, name = '', kind = '', marks = ''] = /^([a-z][a-zA-Z0-9]*):([a-z]+)([*?]*)$/.exec(word) ?? [];
  const known = kinds[kind];
  if (!known)
    throw new Refusal(
      `"${word}" is no field: write name:kind, with a kind of ${Object.keys(kinds).join(', ')}, and * behind it when it is personal, ? when it may be left out.`,
    );
  const isPersonal = marks.includes('*');
  const schema = isPersonal ? `pii(${known.schema})` : known.schema;
  return {
    name,
    schema: marks.includes('?') ? `${schema}.optional()` : schema,
    example: known.example,
    fields: known.needs ? [known.needs] : [],
    isPersonal,
  };
}

const simple = /^(?:pii\((label|count|at|id|z\.boolean\(\))\)|(label|count|at|id|z\.boolean\(\)))(\.optional\(\))?$/;

/** The fields that a command has to be given so that it can tell this event: all of its row's but the thing's id and the moment. Undefined: they are not simple ones. */
export function fieldsOfRow(row: string, idField: string): readonly Field[] | undefined {
  const inside = /data: z\.object\(\{([^{}]*)\}\)/.exec(row)?.[1];
  if (inside === undefined) return undefined;
  const given = inside
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '' && entry !== idField && !entry.startsWith(`${idField}:`))
    .filter((entry) => !/^\w+At: at$/.test(entry));
  const fields = given.map((entry) => {
    const [, name = '', schema = ''] = /^(\w+): (.+)$/.exec(entry) ?? [];
    const [, personal, plain] = simple.exec(schema) ?? [];
    const kind = Object.values(kinds).find((one) => one.schema === (personal ?? plain));
    return (
      kind && {
        name,
        schema,
        example: kind.example,
        fields: kind.needs ? [kind.needs] : [],
        isPersonal: personal !== undefined,
      }
    );
  });
  return fields.every((field) => field !== undefined) ? fields : undefined;
}
