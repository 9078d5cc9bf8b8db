// How an event shows in a contact's timeline: title, who sees it, how much it matters. No personal data in a title.
import type { TimelineCategory } from '../../domain/kernel/define-events.ts';

/** Who sees the entries of a category, and how loud they are. */
export const timelineCategories: Readonly<
  Record<
    TimelineCategory,
    {
      readonly visibleToClient: boolean;
      readonly visibleToAgent: boolean;
      readonly priority: 'low' | 'normal' | 'high';
    }
  >
> = {
  lifecycle: { visibleToClient: false, visibleToAgent: true, priority: 'high' },
  profile: { visibleToClient: false, visibleToAgent: true, priority: 'low' },
  tags: { visibleToClient: false, visibleToAgent: true, priority: 'low' },
  engagement: { visibleToClient: false, visibleToAgent: true, priority: 'low' },
  pipeline: { visibleToClient: false, visibleToAgent: true, priority: 'normal' },
  tracking: { visibleToClient: false, visibleToAgent: true, priority: 'normal' },
  enrichment: { visibleToClient: false, visibleToAgent: true, priority: 'low' },
  message: { visibleToClient: true, visibleToAgent: true, priority: 'normal' },
  session: { visibleToClient: true, visibleToAgent: true, priority: 'normal' },
  note: { visibleToClient: false, visibleToAgent: true, priority: 'normal' },
  campaign: { visibleToClient: false, visibleToAgent: true, priority: 'low' },
};

const titles: Readonly<Record<string, string | ((data: Readonly<Record<string, unknown>>) => string)>> = {
  'message.created': ({ fromMe }) => (fromMe === true ? 'Message to the contact' : 'Message from the contact'),
  'message.reaction_set': ({ reaction }) => (reaction === '' ? 'Reaction taken back' : 'Reaction to a message'),
  'tracking.message.meta_ads': 'Came from an advert',
};

/** The title of an entry: from the table, else the event's name in words (`contact.email_set` → `Contact email set`). */
export function timelineTitle(type: string, data: Readonly<Record<string, unknown>>): string {
  const own = titles[type];
  const title = typeof own === 'function' ? own(data) : (own ?? inWords(type));
  return data['undone'] === true ? `${title} (taken back)` : title;
}

function inWords(type: string): string {
  const words = type.replace(/[._]+/g, ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
