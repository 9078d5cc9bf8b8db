// The few field types all events and commands are made of.
import { z } from 'zod';

/** A UUID in lower case. */
export const id = z.uuid();
/** A UUID as callers write it; kept in lower case. */
export const givenId = z.uuid().toLowerCase();
/** A moment: ISO 8601 in UTC, e.g. `2026-01-31T12:00:00.000Z`. */
export const at = z.iso.datetime();
/** A tenant's id. */
export const tenantId = z.string().min(1).max(64);
/** A short text: 1 to 200 characters. */
export const label = z.string().min(1).max(200);
/** A whole number from 0. */
export const count = z.number().int().min(0);
/** A map of anything that is JSON, by names. */
export const map = z.record(z.string(), z.unknown());
/** Any JSON value, null included. */
export const json = z.unknown();
/** A length of time: ISO 8601, e.g. `PT1H30M`. */
export const duration = z.iso.duration();
/** An address on the web, or of a file at the gateway. */
export const address = z.string().min(1).max(4000);
/** A reason or a failure, for people to read: never holds personal data. */
export const reason = z.string().min(1).max(1000);
