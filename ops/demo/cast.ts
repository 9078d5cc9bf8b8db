// Who takes part in the demo's busy hour: a bakery's account, its customers, a group. All invented.

/** A customer. `phone` is as the gateway writes it; `shortPhone` the same number without its ninth digit. */
export type Person = { name: string; phone: string; shortPhone?: string; lid?: string };

/** The shop's own account. */
export const account = {
  id: '5511900007000@c.us',
  lid: '199000000007000@lid',
  jid: '5511900007000:7@s.whatsapp.net',
  pushName: 'Padaria Aurora',
};

/** The customers, by the name the script calls them. */
export const cast = {
  ana: { name: 'Ana Beatriz', phone: '5511987650001', lid: '188000000000001' },
  bruno: { name: 'Bruno', phone: '5511987650002', lid: '188000000000002' },
  carla: { name: 'Carla 🌻', phone: '5531987650003', lid: '188000000000003' },
  diego: { name: 'Diego', phone: '351912345604', lid: '188000000000004' },
  elisa: { name: 'Elisa', phone: '5521987650005', shortPhone: '552187650005' },
  fabio: { name: 'Fábio', phone: '5511987650006', lid: '188000000000006' },
  gabi: { name: 'Gabi', phone: '5541987650007', lid: '188000000000007' },
  heitor: { name: 'Heitor', phone: '5551987650008', lid: '188000000000008' },
} satisfies Record<string, Person>;

/** A customer's name in the script. */
export type Who = keyof typeof cast;

/** Somebody who only posts statuses: must become nobody's contact. */
export const poster: Person = { name: 'Vera', phone: '5511987650099', lid: '188000000000099' };

/** The group that the shop and two customers are in. */
export const group = { id: '120363000000007001@g.us', subject: 'Feira de sábado', members: ['fabio', 'gabi'] as Who[] };

/** The channel whose posts the account follows. */
export const newsletter = '120363000000009001@newsletter';
