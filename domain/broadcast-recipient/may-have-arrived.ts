// Whether a message that failed may have reached its receiver all the same: then it must never be sent to them a second time.

/** `attempts`: how often the gateway was asked to send it. `reason`: why the message failed, as it stands in its row. */
export function mayHaveArrived({ attempts, reason }: { readonly attempts: number; readonly reason: string }): boolean {
  if (attempts === 0 || reason.includes('gateway_reported_error')) return false;
  // A plain no to the only question; after an earlier one without an answer it says nothing about that.
  return attempts > 1 || !reason.includes('The gateway rejected the message');
}
