// What a person needs to pair a session in this state: the QR code of right now, the passkey's challenge, the code to compare.
import { noDetails, type PairingDetails } from '../../db/channel-pairings.ts';
import type { WahaClient } from '../../integrations/waha/client.ts';
import type { SessionSight } from './activation-activities.ts';

/** Asks the gateway for it; nothing when the session has gone on meanwhile. */
export async function pairingDetails(
  gateway: WahaClient,
  session: string,
  status: SessionSight['status'],
): Promise<PairingDetails> {
  switch (status) {
    case 'SCAN_QR_CODE':
      return { ...noDetails, qr: (await gateway.getQr(session)) ?? null };
    case 'PASSKEY_REQUIRED':
      return { ...noDetails, passkeyChallenge: (await gateway.getPasskeyChallenge(session)) ?? null };
    case 'PASSKEY_CONFIRMATION_REQUIRED':
      return { ...noDetails, confirmationCode: (await gateway.getPasskeyCode(session)) ?? null };
    default:
      return noDetails;
  }
}
