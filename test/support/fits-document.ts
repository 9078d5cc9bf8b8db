// Whether requests and answers are what the OpenAPI document says: parameters, bodies, statuses, media types, headers, all by JSON Schema.
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { openApiDocument } from '../../api/openapi.ts';
import { responseHeaders } from '../../api/response-headers.ts';

type Schema = { readonly $ref?: string; readonly type?: unknown };
type Content = Readonly<Record<string, { readonly schema?: Schema }>>;
type Response = { readonly headers?: Readonly<Record<string, Schema>>; readonly content?: Content };
type Parameter = {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required?: boolean;
  readonly schema: Schema;
};
type Operation = {
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly required?: boolean; readonly content: Content };
  readonly responses: Readonly<Record<string, Response & Schema>>;
};
type Document = {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: {
    readonly headers: Readonly<Record<string, { readonly schema: Schema }>>;
    readonly responses: Readonly<Record<string, Response>>;
  };
};

/** Where in the document. */
export type Place = { readonly method: string; readonly path: string };
/** A request, its path parameters and query as text. */
export type Request = {
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly body: unknown;
};
/** What came back; `body` undefined: nothing. */
export type Answer = { readonly status: number; readonly headers: Headers; readonly body: unknown };

/** Makes the checks; each gives what is wrong, nothing when all is right. */
export function documentChecks(document = openApiDocument() as Document) {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  formats.default(ajv);
  ajv.addSchema(document, 'api');
  const compiled = new Map<string, ValidateFunction>();

  /** Errors of a value by the schema at a place of the document, given as the steps to it. */
  function errorsAt(steps: readonly string[], value: unknown, what: string): string[] {
    const pointer = steps.map((step) => step.replaceAll('~', '~0').replaceAll('/', '~1')).join('/');
    const validate = compiled.get(pointer) ?? ajv.compile({ $ref: `api#/${encodeURI(pointer)}` });
    compiled.set(pointer, validate);
    return validate(value)
      ? []
      : (validate.errors ?? []).map(({ instancePath, message }) => `${what}${instancePath} ${message}`);
  }

  const operationAt = ({ method, path }: Place): Operation | undefined => document.paths[path]?.[method];

  function requestErrors(place: Place, { params, query, body }: Request): string[] {
    const operation = operationAt(place);
    if (!operation) return ['not in the document'];
    const at = ['paths', place.path, place.method];
    const errors = (operation.parameters ?? []).flatMap(({ in: where, name, required, schema }, index) => {
      if (where === 'header') return [];
      const text = (where === 'path' ? params : query)[name];
      if (text === undefined) return required ? [`${name} is missing`] : [];
      return errorsAt([...at, 'parameters', String(index), 'schema'], typedValue(text, schema), name);
    });
    if (operation.requestBody === undefined) return errors;
    return [...errors, ...errorsAt([...at, 'requestBody', 'content', 'application/json', 'schema'], body, 'body')];
  }

  function answerErrors(place: Place, { status, headers, body }: Answer): string[] {
    const operation = operationAt(place);
    const given = operation?.responses[String(status)];
    if (!given) return [`the status ${status} is not in the document`];
    const name = given.$ref?.split('/').at(-1);
    const response = name === undefined ? given : document.components.responses[name];
    const at =
      name === undefined
        ? ['paths', place.path, place.method, 'responses', String(status)]
        : ['components', 'responses', name];
    return [...headerErrors(response, headers), ...bodyErrors(response, at, headers, body)];
  }

  function headerErrors(response: Response | undefined, headers: Headers): string[] {
    return Object.keys(responseHeaders).flatMap((name) => {
      const value = headers.get(name);
      if (value === null) return [];
      if (!response?.headers?.[name]) return [`the header ${name} is not in the document`];
      const schema = document.components.headers[name]?.schema ?? {};
      return errorsAt(['components', 'headers', name, 'schema'], typedValue(value, schema), name);
    });
  }

  function bodyErrors(
    response: Response | undefined,
    at: readonly string[],
    headers: Headers,
    body: unknown,
  ): string[] {
    const media = Object.keys(response?.content ?? {})[0];
    if (media === undefined) return body === undefined ? [] : ['there is a body that is not in the document'];
    const type = headers.get('content-type')?.split(';')[0];
    if (type !== media) return [`the media type is ${type}, not ${media}`];
    return errorsAt([...at, 'content', media, 'schema'], body, 'answer');
  }

  return { requestErrors, answerErrors };
}

/** Text as the schema's type reads it. */
function typedValue(text: string, { type }: Schema): unknown {
  if (type === 'integer' || type === 'number') return text.trim() === '' ? text : Number(text);
  if (type === 'boolean') return text === 'true' ? true : text === 'false' ? false : text;
  return text;
}
