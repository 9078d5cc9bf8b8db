// Calls of the gateway inside an activity: a heartbeat while they last, and their failures in our own codes.
import { Context } from '@temporalio/activity';
import { DomainError, violated } from '../../domain/kernel/errors.ts';
import { isWahaError, type WahaError } from '../../integrations/waha/waha-error.ts';

const beatEveryMs = 2_000;

/** Runs calls of the gateway. Throws DomainError: unavailable for what may pass, rule_violated for what the gateway refuses as it is. */
export async function atGateway<T>(calls: () => Promise<T>): Promise<T> {
  const context = Context.current();
  const beating = setInterval(() => context.heartbeat(), beatEveryMs);
  try {
    return await calls();
  } catch (error) {
    throw isWahaError(error) ? toDomainError(error) : error;
  } finally {
    clearInterval(beating);
  }
}

/** A wrong key is the operators' to mend, so it is waited for. */
function toDomainError({ code, message }: WahaError): DomainError {
  if (code === 'rejected' || code === 'not_found') return violated('gateway_refused', message);
  return new DomainError('unavailable', message);
}
