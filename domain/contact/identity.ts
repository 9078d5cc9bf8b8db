// How a person is recognised: keys that are the same for all ways to write one number or hidden id. Pure.

/** The source under which WhatsApp's hidden id is kept among a contact's external ids. */
export const lidSource = 'whatsapp_lid';

/** One way to recognise a person; unique inside a project. */
export type IdentityKey = { readonly kind: string; readonly key: string };

/**
 * One key for all ways to write one phone number. Brazilian mobile numbers exist with and without a leading 9 after the area
 * code (the network's own ids often lack it): both give the form with 9. Eight digits that begin with 2 to 5 are a landline's
 * and stay as they are: adding a 9 would make two people one.
 */
export function phoneIdentityKey(phone: string): string {
  const digits = phone.replaceAll(/\D/g, '');
  const short = /^55([1-9][1-9])([6-9]\d{7})$/.exec(digits);
  return short === null ? digits : `55${short[1]}9${short[2]}`;
}

/** The key of an outside id: its source is the kind; a hidden id counts without its `@lid`. */
export function externalIdentityKey({
  externalId,
  source,
}: {
  readonly externalId: string;
  readonly source: string;
}): IdentityKey {
  return { kind: source, key: source === lidSource ? externalId.replace(/@lid$/, '') : externalId };
}

/** The keys under which a person of the gateway is known, the phone's first. */
export function identityKeys(person: { readonly phone?: string; readonly lid?: string }): IdentityKey[] {
  return [
    ...(person.phone === undefined ? [] : [{ kind: 'phone', key: phoneIdentityKey(person.phone) }]),
    ...(person.lid === undefined ? [] : [externalIdentityKey({ externalId: person.lid, source: lidSource })]),
  ];
}

/** What a person is called who has not said a name: their number, else their hidden id. */
export function standInName({
  phone,
  lid,
}: {
  readonly phone?: string | undefined;
  readonly lid?: string | undefined;
}): string {
  return phone ? `+${phone}` : `WhatsApp ${lid ?? ''}`.trim();
}

/** Whether a name only stands in for one that is not known: digits of a number or of a hidden id, in the form of standInName. */
export function isStandInName(name: string): boolean {
  return /^\+\d+$|^WhatsApp( \d+)?$/.test(name);
}
