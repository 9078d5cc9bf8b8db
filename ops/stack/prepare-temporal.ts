// Gets a namespace ready for our workflows: search attributes, on our own servers and on others'.
import { Connection } from '@temporalio/client';
import { registerSearchAttributes } from '../../temporal-config/namespace.ts';

/** Registers the search attributes of the default namespace on one of our own servers. */
export async function prepareTemporal(address: string): Promise<void> {
  const connection = await Connection.connect({ address });
  try {
    await registerSearchAttributes(connection, 'default');
  } finally {
    await connection.close();
  }
}
