// The sandbox as a process of its own. Port: WAHA_SANDBOX_PORT, else that of WAHA_URL, else 3900. Key: WAHA_SANDBOX_API_KEY, else WAHA_API_KEY,
// else sandbox-key: with the product's own environment it stands where the product looks for the gateway.
import { startWahaSandbox } from './sandbox.ts';

const port = Number(process.env['WAHA_SANDBOX_PORT'] || portOf(process.env['WAHA_URL']) || 3900);
const apiKey = process.env['WAHA_SANDBOX_API_KEY'] || process.env['WAHA_API_KEY'] || 'sandbox-key';

if (!Number.isInteger(port) || port < 0 || port > 65_535) {
  console.error('WAHA_SANDBOX_PORT must be a port number (0 to 65535; 0 takes any free one).');
  process.exit(1);
}

const sandbox = await startWahaSandbox({ port, apiKey }).catch((error: NodeJS.ErrnoException) => {
  console.error(
    error.code === 'EADDRINUSE'
      ? `Port ${port} is taken. Set WAHA_SANDBOX_PORT to a free one.`
      : `The gateway sandbox did not start: ${error.code ?? error.message}`,
  );
  process.exit(1);
});
console.log(`gateway sandbox ready on ${sandbox.url}`);

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => void sandbox.close().then(() => process.exit(0)));
}

function portOf(url: string | undefined): string | undefined {
  return url !== undefined && URL.canParse(url) ? new URL(url).port : undefined;
}
