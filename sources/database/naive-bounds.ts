import { quoteLiteral } from './sql-text.ts';

/** A column of the bot's without a zone, under the name that a statement can use for it. */
export interface NaiveColumn {
  readonly raw: string;
  /** IANA. */
  readonly timeZone: string;
}

/** A time of the window, as statements write their bounds: `:from::timestamptz - interval '7 days'`. */
const BOUND = String.raw`(?::(?:from|to)(?:::timestamptz)?|date_trunc\('day', :from::timestamptz, 'UTC'\))(?:\s*[+-] interval '[^']*')?`;
const COMPARISON = new RegExp(
  String.raw`(?<![\w."])(\w+)\."?(\w+)"?\s*(<=?|>=?)\s*(${BOUND})(?!\s*[-+*:])`,
  'g',
);
const NULL_TEST = /(?<![\w."])(\w+)\.(\w+) (is (?:not )?null)\b/g;
/** Clocks are put back and forth by less: times without a zone are in order but for that. */
export const CLOCK_CHANGE = `interval '3 hours'`;

/**
 * A time without a zone is compared after it got one, which hides it from the bot's index. So each bound of the window is
 * said of the bot's own column as well, as wide as a change of the clocks can make it: the same rows, found by the index.
 * Whether there is a time is asked of that column alone.
 */
export function withNaiveBounds(
  sql: string,
  naiveColumn: (alias: string, column: string) => NaiveColumn | null,
): string {
  const bounded = sql.replaceAll(
    COMPARISON,
    (comparison, alias: string, column: string, operator: string, bound: string) => {
      const naive = naiveColumn(alias, column);
      if (naive === null) return comparison;
      const local = `(${bound}) at time zone ${quoteLiteral(naive.timeZone)}`;
      const wide =
        naive.timeZone === 'UTC' ? local : `${local} ${operator.startsWith('<') ? '+' : '-'} ${CLOCK_CHANGE}`;
      return `(${comparison} and ${naive.raw} ${operator} ${wide})`;
    },
  );
  return bounded.replaceAll(NULL_TEST, (test, alias: string, column: string, is: string) => {
    const naive = naiveColumn(alias, column);
    return naive === null ? test : `${naive.raw} ${is}`;
  });
}
