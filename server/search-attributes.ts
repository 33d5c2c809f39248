import type { NativeConnection } from '@temporalio/worker';
import { errorMessage } from '../audit/error-message.ts';

/** Keyword attributes: what the Web UI's list can be filtered by. */
const NAMES = ['AuditBot', 'AuditKind', 'AuditPeriod', 'AuditVerdict'] as const;
/** `INDEXED_VALUE_TYPE_KEYWORD` of Temporal's API. */
const KEYWORD = 2;

export interface SearchAttributeState {
  readonly enabled: boolean;
  /** Why they are off, or what was registered. */
  readonly detail: string;
}

/**
 * Registers what is missing. An attribute that the server does not know would block every run for ever, so if they
 * cannot be registered they are switched off for this worker and audits run without them.
 */
export async function prepareSearchAttributes(
  connection: NativeConnection,
  namespace: string,
  wanted: boolean,
): Promise<SearchAttributeState> {
  if (!wanted) return { enabled: false, detail: 'switched off in the configuration' };
  try {
    const absent = await missing(connection, namespace);
    if (absent.length === 0) return { enabled: true, detail: 'all known to the server' };
    const searchAttributes = Object.fromEntries(absent.map((name) => [name, KEYWORD]));
    await connection.operatorService.addSearchAttributes({ namespace, searchAttributes });
    for (let attempt = 0; attempt < 30; attempt += 1) {
      if ((await missing(connection, namespace)).length === 0)
        return { enabled: true, detail: `registered ${absent.join(', ')}` };
      await new Promise((resolve) => setTimeout(resolve, 1_000));
    }
    return { enabled: false, detail: `${absent.join(', ')} were registered but did not appear within 30 s` };
  } catch (error) {
    return { enabled: false, detail: errorMessage(error) };
  }
}

async function missing(connection: NativeConnection, namespace: string): Promise<readonly string[]> {
  const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
  return NAMES.filter((name) => Number(customAttributes[name]) !== KEYWORD);
}
