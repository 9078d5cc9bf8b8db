// The client's types, written from the OpenAPI document as openapi-fetch reads them. An own writer: the usual one needs the compiler's JavaScript API,
// which TypeScript 7 does not have. It knows what our document uses and throws for all else.

type Schema = {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
};
type Content = Readonly<Record<string, { readonly schema?: Schema }>>;
type Operation = {
  readonly summary?: string;
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly required?: boolean;
    readonly schema: Schema;
  }[];
  readonly requestBody?: { readonly content: Content };
  readonly responses: Readonly<Record<string, { readonly content?: Content }>>;
};
type Document = {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
};

/** What says something of values beyond their type. */
const silent = new Set(
  'description example examples title default deprecated format pattern minimum maximum exclusiveMinimum exclusiveMaximum multipleOf minLength maxLength minItems maxItems uniqueItems minProperties maxProperties propertyNames readOnly writeOnly'.split(
    ' ',
  ),
);
const spoken = new Set(
  '$ref type enum const anyOf oneOf allOf items properties required additionalProperties'.split(' '),
);
const problem = "default: { content: { 'application/problem+json': Problem } }";

/** The text of client/api-types.ts. */
export function clientTypes(given: object): string {
  const { paths, components } = given as Document;
  const schemas = Object.entries(components.schemas).map(
    ([name, schema]) => `export type ${name} = ${typeOf(schema)};\n`,
  );
  const all = Object.entries(paths).map(
    ([path, item]) => `  '${path}': {\n${Object.entries(item).map(operationType).join('')}  };\n`,
  );
  const names = Object.keys(components.schemas).map((name) => `  ${name}: ${name};\n`);
  const head =
    '// What the API takes and answers, by path: written by `npm run gen` from docs/generated/openapi.json.\n';
  return `${head}\n${schemas.join('')}\n/** All things that have a name in the document. */\nexport type schemas = {\n${names.join('')}};\n\n/** All calls. */\nexport type paths = {\n${all.join('')}};\n`;
}

function operationType([method, { summary = '', parameters = [], requestBody, responses }]: [
  string,
  Operation,
]): string {
  const places = ['path', 'query', 'header'].map((place) => {
    const own = parameters.filter((one) => one.in === place);
    if (own.length === 0) return '';
    // Headers that the document asks for are set by the client itself.
    const isNeeded = (required = false): boolean => required && place !== 'header';
    const fields = own.map(({ name, required, schema }) => field(name, schema, isNeeded(required)));
    const optional = own.some(({ required }) => isNeeded(required)) ? '' : '?';
    return `${place}${optional}: { ${fields.join('; ')} }; `;
  });
  const body = requestBody && `      requestBody: { content: ${contentType(requestBody.content)} };\n`;
  const answers = Object.entries(responses)
    .filter(([status]) => Number(status) < 300)
    .map(([status, { content }]) => `${status}: { content${content ? `: ${contentType(content)}` : '?: never'} }; `);
  return `    /** ${summary.replaceAll('*/', '* /')} */\n    ${method}: {\n      parameters: { ${places.join('')}};\n${body ?? ''}      responses: { ${answers.join('')}${problem} };\n    };\n`;
}

const contentType = (content: Content): string =>
  `{ ${Object.entries(content)
    .map(([media, { schema = {} }]) => `'${media}': ${typeOf(schema)}`)
    .join('; ')} }`;

const field = (name: string, schema: Schema, required: boolean): string => {
  const key = /^[A-Za-z_$][\w$]*$/.test(name) ? name : `'${name}'`;
  return required ? `${key}: ${typeOf(schema)}` : `${key}?: ${typeOf(schema)} | undefined`;
};

function typeOf(schema: Schema): string {
  const strange = Object.keys(schema).find((key) => !silent.has(key) && !spoken.has(key));
  if (strange !== undefined)
    throw new Error(`The client's types can't say ${strange}: add it to ops/gen/client-types.ts.`);
  if (schema.$ref !== undefined) return schema.$ref.split('/').at(-1) ?? 'unknown';
  if ('const' in schema) return JSON.stringify(schema.const);
  if (schema.enum) return union(schema.enum.map((value) => JSON.stringify(value)));
  const several = schema.anyOf ?? schema.oneOf;
  if (several) return union(several.map(typeOf));
  if (schema.allOf) return schema.allOf.map((part) => `(${typeOf(part)})`).join(' & ');
  const types = typeof schema.type === 'string' ? [schema.type] : (schema.type ?? ['any']);
  return union(types.map((type) => plainType(type, schema)));
}

function plainType(type: string, schema: Schema): string {
  switch (type) {
    case 'string':
    case 'boolean':
    case 'null':
      return type;
    case 'integer':
    case 'number':
      return 'number';
    case 'array':
      return `(${typeOf(schema.items ?? {})})[]`;
    case 'object':
      return objectType(schema);
    default:
      return 'unknown';
  }
}

function objectType({ properties = {}, required = [], additionalProperties }: Schema): string {
  const fields = Object.entries(properties).map(([name, schema]) => field(name, schema, required.includes(name)));
  const named = `{ ${fields.join('; ')} }`;
  if (additionalProperties === false && fields.length === 0) return 'Record<string, never>';
  if (!additionalProperties && fields.length > 0) return named;
  const others = typeof additionalProperties === 'object' ? additionalProperties : {};
  const rest = `Record<string, ${typeOf(others)}>`;
  return fields.length > 0 ? `(${named} & ${rest})` : rest;
}

const union = (types: readonly string[]): string => {
  const different = [...new Set(types)];
  return different.length === 1 ? (different[0] ?? 'never') : `(${different.join(' | ')})`;
};
