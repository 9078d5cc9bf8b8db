// The headers of answers that callers go by, each described once in the document.
type SchemaObject = {
  type: 'string' | 'integer';
  pattern?: string;
  enum?: string[];
  minimum?: number;
  example?: string;
};

/** By their names; `components.headers` of the document. */
export const responseHeaders = {
  ETag: {
    description: 'The version of the thing: to be sent as If-Match with a change, as If-None-Match with a read.',
    schema: { type: 'string', pattern: '^"[0-9]+"$', example: '"3"' },
  },
  Location: {
    description: 'The path of the thing that was made.',
    schema: { type: 'string', pattern: '^/v1/' },
  },
  'Idempotency-Replayed': {
    description: 'The answer is that of an earlier request with the same Idempotency-Key.',
    schema: { type: 'string', enum: ['true'] },
  },
  'Retry-After': {
    description: 'For so many seconds there is no use in trying again.',
    schema: { type: 'integer', minimum: 0 },
  },
} satisfies Record<string, { description: string; schema: SchemaObject }>;

/** One of them. */
export type HeaderName = keyof typeof responseHeaders;

/** The headers of one answer in the document. */
export function headersOf(names: readonly HeaderName[]): Record<string, { $ref: string }> {
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));
}
