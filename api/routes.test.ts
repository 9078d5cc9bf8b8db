// The table of commands and the mounted routes say the same; ids, scopes and answers are complete.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openApiDocument } from './openapi.ts';
import { resources } from './resources/index.ts';
import { type CommandRoute, commandRoutes } from './routes.ts';

const rows: readonly (CommandRoute | { readonly internal: string })[] = Object.values(commandRoutes);
const nameOf = ({ method, path }: { readonly method: string; readonly path: string }): string => `${method} ${path}`;

test('every command that has a route is mounted there, with its scope', () => {
  const mounted = new Map(resources.map((route) => [nameOf(route), route]));
  for (const row of rows) {
    if ('internal' in row) assert.ok(row.internal.length > 5);
    else assert.equal(mounted.get(nameOf(row))?.scope, row.scope, nameOf(row));
  }
});

test('no two routes share a path and method, or an operation id', () => {
  assert.equal(new Set(resources.map(nameOf)).size, resources.length);
  assert.equal(new Set(resources.map(({ operationId }) => operationId)).size, resources.length);
});

test('reads need the scope read or raw or admin, and change nothing; writes never need read alone', () => {
  for (const { kind, method, scope, operationId } of resources) {
    assert.equal(kind === 'write', method !== 'get', operationId);
    if (kind === 'write') assert.ok(!['read', 'raw'].includes(scope), operationId);
    else assert.ok(['read', 'raw', 'admin'].includes(scope), operationId);
  }
});

test('the document has every route, and each of its references leads somewhere', () => {
  const document = openApiDocument() as {
    paths: Record<string, Record<string, unknown>>;
    components: { schemas: Record<string, unknown> };
  };
  for (const { path, method } of resources) assert.ok(document.paths[path]?.[method], `${method} ${path}`);
  const references = [...JSON.stringify(document).matchAll(/"#\/components\/schemas\/([^"]+)"/g)];
  assert.ok(references.length > 50);
  for (const [, name] of references) assert.ok(name && name in document.components.schemas, name);
});
