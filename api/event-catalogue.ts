// The catalogue of events as it is served: derived by `npm run gen` from rows, routes and consumers, of which the API itself may not know all.
import { readFileSync } from 'node:fs';

/** A field of an event's data; a path for one that lies inside another (`name.given`, `items[].id`). */
export type CatalogueField = {
  readonly name: string;
  readonly type: string;
  readonly optional: boolean;
  readonly personal: boolean;
};

/** One event. `by` says how a command is run; `untold`: why the current data can't be told in that version. */
export type CatalogueEntry = {
  readonly type: string;
  readonly aggregate: string;
  readonly summary: string;
  readonly version: number;
  readonly versions: readonly {
    readonly version: number;
    readonly deprecated: { readonly since: string; readonly until: string; readonly why: string } | null;
    readonly untold: string | null;
  }[];
  readonly fields: readonly CatalogueField[];
  readonly webhooks: readonly string[];
  readonly timeline: string | null;
  readonly producers: readonly { readonly command: string; readonly by: string }[];
  readonly consumers: readonly { readonly name: string; readonly ordered: boolean; readonly version: number }[];
  readonly example: unknown;
};

/** A derived document's text, read when it is first asked for. */
export function derivedDocument(file: 'asyncapi.json' | 'catalogue.json'): () => string {
  let text: string | undefined;
  return () => {
    text ??= readFileSync(new URL(`../docs/generated/${file}`, import.meta.url), 'utf8');
    return text;
  };
}
