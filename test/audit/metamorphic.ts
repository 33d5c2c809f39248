import { assembleReport } from '../../audit/assemble.ts';
import { money } from '../../audit/decimal.ts';
import { evaluateSection } from '../../audit/evaluate.ts';
import type { Evidence } from '../../audit/evidence.ts';
import type { Figure } from '../../audit/figure.ts';
import type { Report } from '../../audit/report.ts';
import { registry } from '../../sections/index.ts';
import { openBundle, type LoadedEvidence } from '../../sources/collect.ts';

type Row = Readonly<Record<string, unknown>>;

/** Everything that an audit read, in memory. */
export interface Bundle {
  readonly evidence: Evidence;
  readonly rows: Readonly<Record<string, readonly Row[]>>;
}

/** A change of the evidence, and what must become of a report for it; nothing else may change. */
export interface Relation {
  change(bundle: Bundle): Bundle;
  /** Keys, times, names and texts. */
  word(text: string): string;
  /** Numbers of this unit are so many times larger. */
  factor(unit: Figure['unit']): number;
}

export function bundleOf({ evidence, rowsOf }: LoadedEvidence): Bundle {
  const rows = evidence.queries.map((run) => [run.id, rowsOf(run) as readonly Row[]] as const);
  return { evidence, rows: Object.fromEntries(rows) };
}

/** The report of a bundle, without any source. */
export function reportOf({ evidence, rows }: Bundle): Report {
  const open = openBundle({ evidence, rowsOf: ({ id }) => rows[id] ?? [] }, 3_600);
  const results = registry.sections.map((section) => evaluateSection(section, open));
  const evidenceHash = 'e'.repeat(64);
  return assembleReport({ evidence, evidenceHash, results, files: [], registry, kindTitle: 'Audit' });
}

const same = { word: (text: string) => text, factor: () => 1 };

/** Rows come in no order that anything may rest on. */
export function permuted(seed: number): Relation {
  let state = seed >>> 0;
  const random = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  const shuffled = (rows: readonly Row[]): readonly Row[] =>
    rows
      .map((row) => [random(), row] as const)
      .sort(([a], [b]) => a - b)
      .map(([, row]) => row);
  return {
    ...same,
    change: ({ evidence, rows }) => ({
      evidence,
      rows: Object.fromEntries(Object.entries(rows).map(([id, list]) => [id, shuffled(list)])),
    }),
  };
}

/** Whole days, since results of a day begin at 00:00 UTC. */
export function shiftedByDays(days: number): Relation {
  const moved = (text: string): string =>
    text.replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, (time, part: string | undefined) => {
      const whole = new Date(Date.parse(time) + days * 86_400_000).toISOString();
      return `${whole.slice(0, 19)}${part ?? ''}Z`;
    });
  return { ...same, change: inText(moved), word: moved };
}

const EXCHANGES: Readonly<Record<string, string>> = { binance: 'kraken', bybit: 'acme' };

/** Every asset takes the place of another, and the exchanges are others. */
export function renamed({ rows }: Bundle): Relation {
  const bases = [...new Set((rows['instruments'] ?? []).map(({ base }) => String(base)))];
  const others = new Map(bases.map((base, index) => [base, bases[(index + 7) % bases.length] ?? base]));
  const longest = [...bases].sort((a, b) => b.length - a.length).join('|');
  const asset = new RegExp(`(?<![A-Z0-9])(${longest})(?=USDT|/USDT|(?![A-Za-z0-9]))`, 'g');
  const word = (text: string): string =>
    text
      .replaceAll(asset, (base) => others.get(base) ?? base)
      .replaceAll(/binance|bybit/gi, (name) => {
        const other = EXCHANGES[name.toLowerCase()] ?? name;
        return name.startsWith('B') ? `${other.charAt(0).toUpperCase()}${other.slice(1)}` : other;
      });
  return { ...same, change: inText(word), word };
}

function inText(change: (text: string) => string): Relation['change'] {
  return (bundle) => JSON.parse(change(JSON.stringify(bundle))) as Bundle;
}

const MONEY = new Set(
  (
    'price average_price trigger_price entry_price exit_price stop_loss_price take_profit_price current_price ' +
    'liquidation_price trailing_activation_price old_price new_price old_stop new_stop stop_price price_tick ' +
    'min_notional realized_pnl unrealized_pnl fees funding fee amount total wallet free used equity'
  ).split(' '),
);
const MONEY_LIMITS = ['daily_loss', 'per_trade_loss', 'exposure'];

/** Prices, money and limits of money are so many times larger; quantities are what they were. */
export function scaled(by: number): Relation {
  const times = (value: unknown): unknown => {
    const text = typeof value === 'number' ? String(value) : value;
    if (typeof text !== 'string' || !/^-?\d+(\.\d+)?$/.test(text)) return value;
    return money(text).times(by).toFixed();
  };
  const isMoney = (id: string, row: Row, key: string): boolean =>
    MONEY.has(key) ||
    (key === 'value' && id === 'limits' && MONEY_LIMITS.includes(String(row['kind']))) ||
    (key === 'value' && id === 'own-totals' && /pnl|fees/.test(String(row['name'])));
  const changed = (id: string, row: Row): Row =>
    Object.fromEntries(
      Object.entries(row).map(([key, value]) => [key, isMoney(id, row, key) ? times(value) : value]),
    );
  return {
    ...same,
    factor: (unit) => (unit === 'money' || unit === 'money_min' ? by : 1),
    change: ({ evidence, rows }) => ({
      evidence: { ...evidence, bot: { ...evidence.bot, limits: moreOf(evidence.bot.limits, times) } },
      // Positions of a snapshot by exchange are counts, whatever their column is called.
      rows: Object.fromEntries(
        Object.entries(rows).map(([id, list]) => [
          id,
          id === 'snapshots' ? list : list.map((row) => changed(id, row)),
        ]),
      ),
    }),
  };
}

type Limits = Evidence['bot']['limits'];

/** Limits of money are text, those of counts and times are numbers. */
function moreOf(limits: Limits, times: (value: unknown) => unknown): Limits {
  const entries = Object.entries(limits).map(([key, value]: [string, unknown]) => [
    key,
    typeof value === 'string' ? times(value) : value,
  ]);
  return Object.fromEntries(entries) as Limits;
}

export function together(relations: readonly Relation[]): Relation {
  return {
    change: (bundle) => relations.reduce((all, { change }) => change(all), bundle),
    word: (text) => relations.reduce((all, { word }) => word(all), text),
    factor: (unit) => relations.reduce((all, { factor }) => all * factor(unit), 1),
  };
}

/** Money of the policy itself is a threshold in money: it is what it was. */
const OF_THE_POLICY = /^residual_limit\{/;

/** What of the changed report is not what the relation makes of the other; nothing where all is. */
export function broken(before: Report, after: Report, { word, factor }: Relation): readonly string[] {
  const expected = before.figures.map(({ key, unit, value, reason }) => {
    const by = OF_THE_POLICY.test(key) ? 1 : factor(unit);
    return figureLine(word(key), unit, value === null ? null : timesOrWord(value, by, word), reason);
  });
  const found = after.figures.map(({ key, unit, value, reason }) => figureLine(key, unit, value, reason));
  const verdictLine = ({ judgement: { verdict, colour, overall } }: Report): string =>
    `${verdict} ${colour} ${String(overall)}`;
  return [
    ...differences(expected, found),
    ...differences(findingLines(before).map(word), findingLines(after)),
    ...differences([verdictLine(before)], [verdictLine(after)]),
  ];
}

function timesOrWord(value: string | number, by: number, word: (text: string) => string): string | number {
  if (by === 1) return typeof value === 'string' ? word(value) : value;
  return money(String(value)).times(by).toFixed();
}

/** Nine digits: amounts are kept to 1e-8, and sums of floating numbers in another order differ behind them. */
function figureLine(
  key: string,
  unit: Figure['unit'],
  value: string | number | null,
  reason: string | null | undefined,
): string {
  const isNumber = value !== null && value !== '' && unit !== 'text' && Number.isFinite(Number(value));
  return `${key} ${isNumber ? Number(value).toPrecision(9) : String(value ?? reason)}`;
}

function findingLines({ findings }: Report): readonly string[] {
  return findings.map(({ severity, rule, venue, cause, frequency, firstSeen, lastSeen, occurrences }) => {
    const subjects = occurrences.map(({ subject, at }) => `${subject}@${at}`).sort();
    return [severity, rule, venue, cause.id, frequency, firstSeen, lastSeen, ...subjects].join(' ');
  });
}

/** A finding's subjects are compared as a set: a list of names has the order of its names. */
function differences(expected: readonly string[], found: readonly string[]): readonly string[] {
  const [wanted, got] = [expected, found].map((lines) => lines.map((line) => inOrder(line)));
  return [
    ...(wanted ?? []).filter((line) => got?.includes(line) !== true).map((line) => `- ${line}`),
    ...(got ?? []).filter((line) => wanted?.includes(line) !== true).map((line) => `+ ${line}`),
  ];
}

function inOrder(line: string): string {
  const words = line.split(' ');
  return [
    ...words.filter((one) => !one.includes('@')),
    ...words.filter((one) => one.includes('@')).sort(),
  ].join(' ');
}
