// Events of older versions: read as the current one, also while personal values are sealed and move to another place.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { describe, it } from 'node:test';
import { isSealed, openValue, pathOf, sealValue, withPath } from '../platform/crypto/sealed.ts';
import { readEvent } from './read-event.ts';

describe('a sealed value that is moved', () => {
  const key = randomBytes(32);
  const sealed = sealValue(key, 'subject', 'a|name', 'Ana');

  it('keeps the path at which it was sealed, through every further move', () => {
    const moved = withPath(withPath(sealed, 'name'), 'name.display');
    assert.deepEqual([isSealed(moved), pathOf(moved), pathOf(sealed)], [true, 'name', undefined]);
    assert.equal(openValue(key, moved, 'a|name'), 'Ana');
    assert.throws(() => openValue(key, moved, 'a|name.display'), { code: 'not_authentic' });
  });
});

describe('a contact that was created before names had parts', () => {
  const key = randomBytes(32);
  const place = (path: string): string => `tenant|contact|contact.created|${path}`;
  const seal = (path: string, value: string): string => sealValue(key, 'subject', place(path), value);
  const about = { contactId: 'c', projectId: 'p', tenantId: 't', createdAt: '2026-01-31T12:00:00.000Z' };
  const open = (value: unknown): unknown => openValue(key, String(value), place(pathOf(String(value)) ?? 'nowhere'));

  it('is read with its name, sealed as it was, as the display name', () => {
    const old = { type: 'contact.created', version: 1, data: { ...about, name: seal('name', 'Ana Souza') } };
    const { version, data } = readEvent(old);
    const { name, ...rest } = data as unknown as typeof about & { name: Record<string, unknown> };
    assert.deepEqual([version, rest, name['given'], name['family']], [2, about, null, null]);
    assert.equal(open(name['display']), 'Ana Souza');
    assert.deepEqual(readEvent({ type: 'contact.created', version, data }, 1).data, {
      ...about,
      name: name['display'],
    });
  });

  it('and one of today is told in the old form to whoever is pinned to it', () => {
    const name = { given: seal('name.given', 'Ana'), family: null, display: seal('name.display', 'Ana Souza') };
    const told = readEvent({ type: 'contact.created', version: 2, data: { ...about, name } }, 1);
    assert.equal(told.version, 1);
    assert.equal(open((told.data as unknown as { name: string }).name), 'Ana Souza');
  });
});
