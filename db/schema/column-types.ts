// Column types that drizzle does not bring.
import { customType } from 'drizzle-orm/pg-core';

/** Bytes. */
export const bytea = customType<{ data: Buffer }>({ dataType: () => 'bytea' });

/** A transaction's id, as text. */
export const xid8 = customType<{ data: string }>({ dataType: () => 'xid8' });
