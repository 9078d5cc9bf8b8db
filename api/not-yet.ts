// What the document says of things that are kept and checked, but that no saga carries out yet. Goes with the last of them.

/** A sentence for a route's description. */
export const notYet = 'It is kept and checked; nothing carries it out before its saga is there.';
