// The note: written once, changed when something differs, pinned and unpinned, gone for good.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { arbitraryCommands, runAll } from '../../test/support/arbitrary-command.ts';
import { given, type Input, momentOf } from '../../test/support/given.ts';
import { aggregates } from '../catalog.ts';

const id = (n: number): string => `018f5a10-0000-7000-8000-0000000000${n}`;
const about = { noteId: id(10), contactId: id(11) };
const said = { ...about, authorId: id(12), authorType: 'agent', content: 'Call back' } as const;
const add: Input = { type: 'note.add', data: { ...said, projectId: id(13) } };
const by = id(14);
const { note } = aggregates;

describe('note', () => {
  it('is written once', () => {
    const state = given(note)
      .when('note.add', add.data)
      .thenEvents([{ type: 'note.added', data: { ...said, noteType: 'general', priority: 'normal' } }]);
    assert.deepEqual([state.projectId, state.sessionId, state.createdAt], [id(13), null, momentOf(0)]);
    given(note, [add]).when('note.add', add.data).thenRefused('note_exists');
    given(note).when('note.pin', { pinnedBy: by }).thenRefused('not_found');
  });

  it('changes when something differs', () => {
    const one = given(note, [add]);
    one.when('note.update', { content: 'Call back', noteType: 'general', updatedBy: by }).thenNothing();
    const updated = { ...about, updatedBy: by, oldContent: 'Call back' };
    one
      .when('note.update', { content: 'Called', updatedBy: by })
      .thenEvents([{ type: 'note.updated', data: { ...updated, newContent: 'Called' } }]);
    const state = one
      .when('note.update', { priority: 'urgent', updatedBy: by })
      .thenEvents([{ type: 'note.updated', data: { ...updated, newContent: 'Call back', priority: 'urgent' } }]);
    assert.deepEqual([state.priority, state.content, state.updatedAt], ['urgent', 'Call back', momentOf(1)]);
  });

  it('is for an agent and due, until neither any more', () => {
    const [forAgentId, dueAt] = [id(15), momentOf(60)];
    const task: Input = { type: 'note.add', data: { ...said, projectId: id(13), forAgentId, dueAt } };
    const one = given(note, [task]);
    assert.deepEqual([one.state.forAgentId, one.state.dueAt], [forAgentId, dueAt]);
    one.when('note.update', { forAgentId, dueAt, updatedBy: by }).thenNothing();
    const state = one.when('note.update', { forAgentId: null, dueAt: null, updatedBy: by }).thenTypes('note.updated');
    assert.deepEqual([state.forAgentId, state.dueAt, state.content], [null, null, 'Call back']);
    given(note, [], state).when('note.update', { forAgentId: null, updatedBy: by }).thenNothing();
  });

  it('is pinned and unpinned, each once, and once deleted is gone', () => {
    given(note, [add]).when('note.unpin', { pinnedBy: by }).thenNothing();
    const pinned = given(note, [add]).when('note.pin', { pinnedBy: by }).thenTypes('note.pinned');
    given(note, [], pinned).when('note.pin', { pinnedBy: by }).thenNothing();
    given(note, [], pinned)
      .when('note.unpin', { pinnedBy: by })
      .thenEvents([{ type: 'note.pinned', data: { ...about, pinned: false, pinnedBy: by } }]);
    const gone = given(note, [], pinned).when('note.delete', { deletedBy: by }).thenTypes('note.deleted');
    given(note, [], gone).when('note.update', { updatedBy: by }).thenRefused('not_found');
  });

  it('never comes back, and each event changes it', () => {
    const commands = arbitraryCommands(note, { first: 'note.add', rare: ['note.delete', 'note.add'] });
    fc.assert(
      fc.property(commands, (inputs) => {
        for (const { before, after, events } of runAll(note, inputs).steps) {
          assert.equal(before.deletedAt, null);
          assert.equal(events.length === 0, JSON.stringify(before) === JSON.stringify(after));
        }
      }),
      { numRuns: 1000 },
    );
  });
});
