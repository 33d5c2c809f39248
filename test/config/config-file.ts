import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { errorMessage } from '../../audit/error-message.ts';
import type { AuditConfig } from '../../audit/configuration.ts';
import { scoringSettings } from '../../audit/scoring.ts';
import { loadConfig, type Environment } from '../../config.ts';
import type { PolicyPart } from '../../audit/registry.ts';

/** Sections as the registry has them, small enough to read a message by. */
export const SECTIONS: readonly PolicyPart[] = [
  {
    id: 'stop-loss',
    title: 'Stop-loss',
    settings: z.object({
      graceS: z.number().positive().default(5).describe('Seconds that a position may be without a stop.'),
      ladder: z.object({ good: z.number().default(99) }).prefault({}),
    }),
    checks: [{ id: 'SL4' }, { id: 'SL8' }],
  },
  { id: 'scoring', title: 'Scores', settings: scoringSettings },
];

export const ENVIRONMENT: Environment = {
  AUDIT_DATABASE_URL: 'postgres://audit:store-secret@127.0.0.1:5432/audit',
  DEMO_DATABASE_URL: 'postgres://reader:bot-secret@127.0.0.1:5432/demo',
};

/** A file that loads, for tests that change one thing. */
export const GOOD = `bots:
  demo:
    mapping: ./mapping
    database: \${DEMO_DATABASE_URL}
    environment: testnet
`;

/** Loads text as audit.config.yaml in a folder of its own; messages name the file without the folder. */
export async function load(
  text: string,
  environment: Environment = ENVIRONMENT,
  files: Readonly<Record<string, string>> = {},
): Promise<AuditConfig> {
  const folder = await mkdtemp(join(tmpdir(), 'audit-config-'));
  try {
    for (const [name, content] of Object.entries({ mapping: '', ...files }))
      await writeFile(join(folder, name), content);
    await writeFile(join(folder, 'audit.config.yaml'), text.replaceAll('FOLDER', folder));
    return await loadConfig(join(folder, 'audit.config.yaml'), environment, { sections: SECTIONS });
  } catch (error) {
    if (error instanceof Error)
      error.message = error.message.replaceAll(`${folder}/`, '').replaceAll(folder, 'FOLDER');
    throw error;
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** The message with which loading fails. */
export async function failure(text: string, environment?: Environment): Promise<string> {
  try {
    await load(text, environment);
  } catch (error) {
    return errorMessage(error);
  }
  return 'it loaded';
}

/** A message about a line of that file. */
export const at = (line: number, message: string): string => `audit.config.yaml:${String(line)}: ${message}`;
