import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { freePort } from '../../local/ports.ts';
import { startTemporalServer, temporalAnswers } from '../../local/temporal-server.ts';
import { scratchDirectory } from '../support/scratch.ts';

test("a stack's own server has the configuration's namespace beside the default one, also when it starts again", async () => {
  const folder = scratchDirectory('namespace');
  for (const namespace of ['production', 'default', 'other']) {
    const server = await startTemporalServer({
      environment: process.env,
      logFile: join(folder, 'temporal.log'),
      port: await freePort(process.env),
      uiPort: null,
      databaseFile: join(folder, 'temporal.sqlite'),
      namespace,
    });
    const place = { address: server.address, security: { tls: false } };
    const known = ['default', namespace, 'never-created'].map((name) =>
      temporalAnswers({ ...place, namespace: name }),
    );
    expect(await Promise.all(known)).toEqual([true, true, false]);
    await server.stop();
  }
}, 60_000);
