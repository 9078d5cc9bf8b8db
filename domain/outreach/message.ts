// What a broadcast or a step of a sequence sends: a text as it stands, a template with variables, or a file with a caption.
import { z } from 'zod';
import { violated } from '../kernel/errors.ts';

/** The kinds of message. */
const messageTypes = ['text', 'template', 'media'] as const;
const mostVariables = 50;

/** The message. `variables` gives values to the `{{names}}` in the content of a template or caption; what is of the contact need not be given. */
export const outreachMessageSchema = z.object({
  type: z.enum(messageTypes),
  content: z.string().max(4096),
  variables: z
    .record(z.string().max(100), z.string().max(1000))
    .refine((given) => Object.keys(given).length <= mostVariables, `must be at most ${mostVariables}`)
    .optional(),
  mediaUrl: z
    .url({ protocol: /^https?$/ })
    .max(2000)
    .optional(),
});
/** A message to be sent to many. */
export type OutreachMessage = z.infer<typeof outreachMessageSchema>;

const contactFields = ['name', 'phone', 'email', 'language', 'timezone'] as const;
/** What every contact brings with it. */
const contactVariables = contactFields.map((field) => `contact.${field}`);
/** A field that the project has given its contacts. */
const customVariable = /^contact\.custom\.[A-Za-z0-9_-]{1,100}$/;
const variable = /\{\{\s*([^{}]*?)\s*\}\}/g;

/** Throws DomainError with the rule that a message breaks: empty_message, media_url_missing, media_url_unexpected, variables_in_text, malformed_variables, unknown_variables. */
export function requireSendable({ type, content, variables = {}, mediaUrl }: OutreachMessage): void {
  if (type !== 'media' && content.trim() === '')
    throw violated('empty_message', 'The message has no text: give it some content.');
  if (type === 'media' && mediaUrl === undefined)
    throw violated('media_url_missing', 'A media message needs the address of its file: set mediaUrl.');
  if (type !== 'media' && mediaUrl !== undefined)
    throw violated('media_url_unexpected', 'Only a media message has a file: leave out mediaUrl, or use type media.');
  const names = [...content.matchAll(variable)].map(([, name = '']) => name);
  if (type === 'text') {
    if (names.length === 0) return;
    throw violated('variables_in_text', 'A text is sent as it stands: use type template for {{variables}}.');
  }
  if (/\{\{|\}\}/.test(content.replace(variable, '')))
    throw violated('malformed_variables', 'A variable is not closed or not opened: write {{name}}.');
  const unknown = [...new Set(names)].filter((name) => !Object.hasOwn(variables, name) && !isOfContact(name));
  if (unknown.length === 0) return;
  const listed = unknown.map((name) => `{{${name}}}`).join(', ');
  throw violated(
    'unknown_variables',
    `Nothing is known of ${listed}: give values in variables, or use ${contactVariables.join(', ')} or contact.custom.<field>.`,
  );
}

const isOfContact = (name: string): boolean => contactVariables.includes(name) || customVariable.test(name);

/** Whom a message is filled in for. */
export type Named = { readonly [Field in (typeof contactFields)[number]]: string | null } & {
  readonly customFields: Readonly<Record<string, string | number | boolean>> | null;
};

/** The content with values in place of its {{names}}. Throws DomainError `variable_without_value` where nothing is known: half a sentence is worse than none. */
export function filledIn(
  { content, variables = {} }: Pick<OutreachMessage, 'content' | 'variables'>,
  of: Named,
): string {
  const values = new Map<string, string | null>([
    ...contactFields.map((field) => [`contact.${field}`, of[field]] as const),
    ...Object.entries(of.customFields ?? {}).map(([key, value]) => [`contact.custom.${key}`, String(value)] as const),
    ...Object.entries(variables),
  ]);
  const missing = new Set<string>();
  const filled = content.replace(variable, (_, name: string) => {
    const value = values.get(name);
    if (!value) missing.add(`{{${name}}}`);
    return value ?? '';
  });
  if (missing.size === 0) return filled;
  throw violated('variable_without_value', `The contact has no value for ${[...missing].join(', ')}.`);
}
