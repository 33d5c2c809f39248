import { connectedClient } from '../../local/pg-client.ts';

/** What somebody does to a month of snapshots: statements on one connection, the first part before the month is counted. */
export interface MonthChange {
  readonly before?: string;
  /** `month` as `202401`. */
  readonly then: (month: string) => readonly string[];
}

/** Every month here holds these, a minute each. */
export const BOTS = ['one', 'two', 'three'];

/** Half a minute into the month, where no test's snapshot is. */
const late = (month: string): string => `${dayOf(month, 1)}T00:00:30Z`;
const insert = (month: string, table = 'snapshot'): string =>
  `insert into audit.${table} (bot, at, slot) values ('late', '${late(month)}', '${late(month)}')`;
const inMonth = (month: string): string =>
  `at >= '${dayOf(month, 1)}' and at < '${dayOf(month, 1)}'::timestamptz + interval '1 month'`;

/** Changes of what a month holds, each by another way. */
export const MONTH_CHANGES: Readonly<Record<string, MonthChange>> = {
  'a row more': { then: (month) => [insert(month)] },
  'a row more in the partition itself': { then: (month) => [insert(month, `snapshot_${month}`)] },
  'a row less': { then: (month) => [`delete from audit.snapshot where bot = 'one' and ${inMonth(month)}`] },
  'as many rows, one of them another': {
    then: (month) => [
      'begin',
      `delete from audit.snapshot where bot = 'one' and ${inMonth(month)}`,
      insert(month),
      'commit',
    ],
  },
  'a row with other numbers': {
    then: (month) => [`update audit.snapshot set total = 7 where bot = 'two' and ${inMonth(month)}`],
  },
  'no rows': { then: (month) => [`truncate audit.snapshot_${month}`] },
  // It cannot see what was written since it began.
  'a row more by a transaction that began before the count': {
    before: `begin isolation level repeatable read; select 1 from audit.purge`,
    then: (month) => [insert(month), 'commit'],
  },
  'a row more as a replica writes it': {
    before: `set session_replication_role = 'replica'`,
    then: (month) => [insert(month)],
  },
};

/** Carries out a change on a connection of its own; whether the store said that anything was changed. */
export async function beginChange(
  storeUrl: string,
  { before, then }: MonthChange,
): Promise<(month: string) => Promise<boolean>> {
  const client = await connectedClient({ connectionString: storeUrl, options: '-c timezone=UTC' });
  if (before !== undefined) await client.query(before);
  return async (month) => {
    try {
      let isChanged = false;
      for (const statement of then(month)) {
        const { rowCount } = await client.query(statement);
        isChanged ||= (rowCount ?? 0) > 0 || statement.startsWith('truncate');
      }
      return isChanged && then(month).at(-1) !== 'rollback';
    } finally {
      await client.end();
    }
  };
}

/** `202401` -> `2024-01-01`. */
export function dayOf(month: string, day: number): string {
  return `${month.slice(0, 4)}-${month.slice(4)}-${String(day).padStart(2, '0')}`;
}
