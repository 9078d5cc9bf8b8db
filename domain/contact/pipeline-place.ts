// A contact's places in pipelines: enter, move, exit, be assessed as a lead. Whether pipeline and status exist is checked where the command comes in.
import { violated } from '../kernel/errors.ts';
import type { ContactCommand } from './commands.ts';
import type { ContactEvent } from './events.ts';
import { type Contact, contactLimits, type PipelinePlace } from './state.ts';

type PlaceCommand = Extract<
  ContactCommand,
  { type: 'contact.enter_pipeline' | 'contact.move_status' | 'contact.exit_pipeline' | 'contact.qualify_lead' }
>;
type PlaceEvent = Extract<
  ContactEvent,
  {
    type:
      | 'contact.entered_pipeline'
      | 'contact.exited_pipeline'
      | 'contact.pipeline_status_changed'
      | 'contact.lead_qualified';
  }
>;

/**
 * Decides what happens to a place. Every new status is told by contact.status_changed; where it came from by the event before it:
 * contact.entered_pipeline or, for a move inside the pipeline, contact.pipeline_status_changed.
 */
export function decidePlace(command: PlaceCommand, { id: contactId, pipelines }: Contact): ContactEvent[] {
  const { at, data } = command;
  const { pipelineId } = data;
  const place = pipelines.find((one) => one.pipelineId === pipelineId);
  if (command.type === 'contact.enter_pipeline') return enter(command, contactId, pipelines);
  if (!place)
    throw violated('not_in_pipeline', 'The contact is not in this pipeline: let it enter the pipeline first.');
  switch (command.type) {
    case 'contact.move_status': {
      const { statusId: newStatusId, statusName: newStatusName, changedBy, reason } = command.data;
      if (newStatusId === place.statusId) return [];
      const change = {
        newStatusId,
        newStatusName,
        ...(changedBy !== undefined && { changedBy }),
        ...(reason !== undefined && { reason }),
        changedAt: at,
      };
      const { statusId, statusName } = place;
      const previous = { previousStatusId: statusId, previousStatusName: statusName };
      const old = { oldStatusId: statusId, oldStatusName: statusName };
      return [
        { type: 'contact.pipeline_status_changed', data: { contactId, pipelineId, ...previous, ...change } },
        { type: 'contact.status_changed', data: { contactId, pipelineId, ...old, ...change } },
      ];
    }
    case 'contact.exit_pipeline': {
      const last = { lastStatusId: place.statusId, lastStatusName: place.statusName };
      return [{ type: 'contact.exited_pipeline', data: { contactId, ...command.data, ...last, exitedAt: at } }];
    }
    case 'contact.qualify_lead':
      return [{ type: 'contact.lead_qualified', data: { contactId, ...command.data, qualifiedAt: at } }];
  }
}

function enter(
  { data, at }: Extract<PlaceCommand, { type: 'contact.enter_pipeline' }>,
  contactId: string,
  pipelines: readonly PipelinePlace[],
): ContactEvent[] {
  const { pipelineId, statusId, statusName, enteredBy } = data;
  if (pipelines.some((one) => one.pipelineId === pipelineId))
    throw violated(
      'already_in_pipeline',
      'The contact is in this pipeline already: move it to another status instead.',
    );
  if (pipelines.length >= contactLimits.pipelines)
    throw violated(
      'too_many_pipelines',
      `A contact is in at most ${contactLimits.pipelines} pipelines: let it leave one first.`,
    );
  const by = enteredBy === undefined ? {} : { changedBy: enteredBy };
  const status = { newStatusId: statusId, newStatusName: statusName };
  return [
    { type: 'contact.entered_pipeline', data: { contactId, ...data, enteredAt: at } },
    { type: 'contact.status_changed', data: { contactId, pipelineId, ...status, ...by, changedAt: at } },
  ];
}

/** The places after one event. */
export function evolvePlaces(places: readonly PipelinePlace[], event: PlaceEvent): readonly PipelinePlace[] {
  const { pipelineId } = event.data;
  const change = (how: (place: PipelinePlace) => PipelinePlace): readonly PipelinePlace[] =>
    places.map((place) => (place.pipelineId === pipelineId ? how(place) : place));
  switch (event.type) {
    case 'contact.entered_pipeline': {
      const { statusId, statusName, enteredAt } = event.data;
      return [...places, { pipelineId, statusId, statusName, enteredAt, changedAt: enteredAt, qualification: null }];
    }
    case 'contact.exited_pipeline':
      return places.filter((place) => place.pipelineId !== pipelineId);
    case 'contact.pipeline_status_changed': {
      const { newStatusId: statusId, newStatusName: statusName, changedAt } = event.data;
      return change((place) => ({ ...place, statusId, statusName, changedAt }));
    }
    case 'contact.lead_qualified': {
      const { score, qualified, confidence, qualifiedAt } = event.data;
      return change((place) => ({ ...place, qualification: { score, qualified, confidence, qualifiedAt } }));
    }
  }
}
