import type { Evidence } from '../../audit/evidence.ts';
import { BOT, WINDOW } from '../sections/support.ts';

const NONE = {
  declared: 'none',
  status: 'none',
  dataAsOf: null,
  provisional: false,
  stale: false,
} as const;

/** A bundle of a bot whose sources are all declared `none`, but for what `changes` says. */
export function evidenceOf(changes: Partial<Evidence> = {}): Evidence {
  return {
    version: 1,
    kind: 'production',
    window: WINDOW,
    sections: [],
    bot: BOT,
    policy: {},
    sources: {
      database: NONE,
      snapshots: NONE,
      logs: NONE,
      exchange: NONE,
      configuration: NONE,
      code: NONE,
    },
    entities: [],
    queries: [],
    history: [],
    databaseVersion: null,
    alive: true,
    ...changes,
  };
}
