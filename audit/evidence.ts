import type { EntityName } from './contract.ts';
import type { SourceName } from './query.ts';
import type { AppliedScope } from './scope.ts';
import type { Reason, Scalar } from './value.ts';
import type { Severity } from './finding.ts';
import type { PresetName } from './policy-presets.ts';

/** `[from, to)`, ISO 8601 UTC. */
export interface Window {
  readonly from: string;
  readonly to: string;
}

export type Declared = 'required' | 'optional' | 'none';
export type Environment = 'testnet' | 'paper' | 'live';

/** What the report may know of a bot: no DSN, no secret. */
export interface BotFacts {
  readonly name: string;
  readonly mapping: string;
  readonly environment: Environment;
  /** Lower case, in the order in which the report prints them. */
  readonly exchanges: readonly string[];
  /** Zone of the database's naive timestamps, IANA. */
  readonly timeZone: string;
  readonly quoteCurrency: string;
  /** By exchange; what the operator has not said is unknown. Absent in evidence of before it was asked. */
  readonly accounts?: Readonly<Record<string, Account>>;
  /** Currencies of which one counts as one of the quote currency. */
  readonly atPar?: readonly string[];
  readonly auditor: string;
  readonly version: string | null;
  readonly sources: Readonly<Record<SourceName, Declared>>;
  /** Check id -> reason; the only way besides `none` to make a check not applicable. */
  readonly notApplicable: Readonly<Record<string, string>>;
  readonly limits: BotLimits;
  /** Expected interval between heartbeats, seconds. */
  readonly heartbeatIntervalS: number;
  /** Strategies that trade without stops by design. */
  readonly strategiesWithoutStop: readonly string[];
  /** Entities that the bot does not have, by its configuration: their absence is the scope of the verdict. */
  readonly without?: readonly EntityName[];
  /** Overrides that the operator has set and the report prints: `allowWritableRole`. */
  readonly overrides: readonly string[];
}

/** Spot: trading moves two balances. Linear and inverse: contracts, of which only results, fees and funding move one. */
export interface Account {
  readonly type: 'spot' | 'linear' | 'inverse';
  /** Currencies in which its contracts settle, in capitals; none of a spot account. */
  readonly settles: readonly string[];
}

/** Null: the operator has set no such limit. Money in quote currency as decimal strings. */
export interface BotLimits {
  readonly maxPositions: number | null;
  readonly dailyLoss: string | null;
  readonly perTradeLoss: string | null;
  readonly exposure: string | null;
  readonly leverage: number | null;
  readonly maxAgeH: number | null;
}

export interface SourceState {
  readonly declared: Declared;
  /** `absent`: declared but not set up or without any data. */
  readonly status: 'ok' | 'failed' | 'absent' | 'none';
  readonly error?: string;
  /** What an operator should know of it though it was read: `role x may create temporary tables`. */
  readonly remarks?: readonly string[];
  /** Newest event seen in the source, not later than the window's end. */
  readonly dataAsOf: string | null;
  /** Collected before `to` plus the settle delay. */
  readonly provisional: boolean;
  /** No row of any timed entity within ten minutes before `to`. */
  readonly stale: boolean;
  /** The first sign of the bot at work, where it lies over ten minutes after `from`: nothing is known of what was before. */
  readonly beginsLate?: { readonly of: 'heartbeat' | 'row'; readonly at: string; readonly afterS: number };
  /** The newest of all rows, where the data are said to end over ten minutes later: they may lie in another time. */
  readonly endsEarly?: { readonly newest: string | null; readonly asOf: string };
}

/** What the preflight found of one contract entity. */
export interface EntityState {
  readonly entity: EntityName;
  readonly status: 'ok' | 'missing' | 'error';
  readonly error?: string;
  /** Columns that the mapping provides with a usable type. */
  readonly columns: readonly string[];
  readonly wrongTypes: readonly {
    readonly column: string;
    readonly type: string;
    readonly expected: string;
  }[];
  /** Whether the relation holds any row from before the window's end; a table that starts later says nothing of it. */
  readonly everHadRows: boolean;
  /** Spellings that no normal form knows, with counts in the window. */
  readonly unknownSpellings: readonly {
    readonly column: string;
    readonly value: string;
    readonly rows: number;
  }[];
  /**
   * Words whose meaning neither the mapping nor a spelling says, the most frequent of the window (of states also the
   * last of each name); `on` has `name=value`. Absent: the entity has no words, or they could not be asked for.
   */
  readonly unread?: readonly { readonly column: string; readonly word: string; readonly rows: number }[];
  /** NaN, infinite or out-of-range values in the window, read as NULL; `value` is the least of them as it is stored. */
  readonly unusable: readonly { readonly column: string; readonly rows: number; readonly value?: string }[];
  /**
   * Required columns that are empty, NULL or blank: of the window, and of the entity's own time in whatever row. Absent:
   * there are none.
   */
  readonly unset?: readonly { readonly column: string; readonly rows: number }[];
  /**
   * Texts of the window that cannot be read, by column, with the first of them and its row (by id, or time); U+FFFD stands
   * for what cannot be read. Absent: there are none.
   */
  readonly notUtf8?: readonly {
    readonly column: string;
    readonly rows: number;
    readonly value: string;
    readonly row?: string;
  }[];
  /** The mapping's own SELECT; absent when the mapping has none. */
  readonly select?: string;
  /** Column that can be had -> its expression in normal form, on a row `m` of that SELECT; the report leaves them out. */
  readonly expressions?: Readonly<Record<string, string>>;
  /** Rows of the window beyond the first of their id; absent where there are no ids or they were not counted. */
  readonly repeatedIds?: number;
  /** How long it had no row at the window's end, and never longer before; absent where its rows are too few to say. */
  readonly pause?: { readonly newest: string; readonly currentS: number; readonly longestS: number };
  /** A time of the window without a row of what otherwise comes all the time, longer than any pause of the days before. */
  readonly hole?: { readonly from: string; readonly to: string; readonly longestS: number };
  /** It has rows, and not one with a usable time before the window's end: nothing tells which are of the window. */
  readonly untimed?: true;
  /** For `state` and `event`: rows without a time, or of a state without a name, so that nobody knows whether they are of the window. */
  readonly unplaced?: number;
  /** Times later than the moment of reading, or than the pinned end of the data, by column; absent where there are none. */
  readonly ahead?: readonly {
    readonly column: string;
    readonly rows: number;
    readonly newest: string;
    /** Null: later than when it was read, which is no part of the evidence. */
    readonly asOf: string | null;
  }[];
  /** For `event`: the types ever seen. */
  readonly types?: readonly string[];
}

export interface QueryRun {
  readonly id: string;
  readonly title: string;
  readonly source: SourceName;
  /** The section's text, on contract relations. */
  readonly written: string;
  /** The text as it ran, mapping inlined. */
  readonly sql: string;
  readonly parameters: Readonly<Record<string, string | number>>;
  readonly status: 'ok' | 'error' | 'skipped';
  readonly reason?: Reason;
  readonly error?: string;
  readonly rowCount: number;
  /** sha256 of the rows as JSON Lines; null when it did not run. */
  readonly rows: string | null;
}

/** The ruler of one report, so that a change of it is not taken for a change of the thing. */
export interface Method {
  /** Hash of every threshold in use. */
  readonly policy: string;
  /** What of the policy is not the usual, as the report prints it. */
  readonly overrides: readonly string[];
  /** Hash of the SELECT of each entity, `none` where it has none; what could not be read is left out. */
  readonly mapping: { readonly name: string; readonly selects: Readonly<Record<string, string>> };
  /** Hash of the audit's own queries and of the weights of its checks. */
  readonly program: string;
}

/** An earlier report of the same bot and kind, for "what changed". */
export interface HistoryWindow {
  readonly window: Window;
  readonly verdict: string;
  readonly overall: number | null;
  readonly reportHash: string;
  readonly findings: readonly {
    readonly rule: string;
    readonly venue: string | null;
    readonly severity: Severity;
    readonly title: string;
    readonly fingerprints: readonly string[];
    /** In how many windows running it was found; absent in reports of before that was kept. */
    readonly windows?: number;
  }[];
  /** Rules that it could not judge: what they do not tell is not known. Absent where all were judged. */
  readonly blind?: readonly string[];
  /** How it was measured; absent in reports of before that was kept. */
  readonly method?: Method;
  /** Figures that later windows compare with, by key. */
  readonly figures: Readonly<Record<string, string | number>>;
}

/** Everything one audit read, immutable; stored under the sha256 of its canonical JSON. Rows lie beside it, by hash. */
export interface Evidence {
  readonly version: 1;
  readonly kind: string;
  readonly window: Window;
  /** What it is limited to; absent: the whole bot. */
  readonly scope?: AppliedScope;
  /** Ids of the report's entries, in order. */
  readonly sections: readonly string[];
  readonly bot: BotFacts;
  readonly policy: Policy;
  /** The preset that the policy started from; absent where it is the usual one. */
  readonly preset?: PresetName;
  readonly sources: Readonly<Record<SourceName, SourceState>>;
  readonly entities: readonly EntityState[];
  readonly queries: readonly QueryRun[];
  /** Newest first, at most 14. */
  readonly history: readonly HistoryWindow[];
  readonly databaseVersion: string | null;
  /** Heartbeats or snapshots were seen in the window. */
  readonly alive: boolean;
}

/** Section id -> its settings; `scoring` -> the scores' own. All defaults filled in. */
export type Policy = Readonly<Record<string, Readonly<Record<string, PolicyValue>>>>;
export type PolicyValue = Scalar | readonly Scalar[] | { readonly [key: string]: PolicyValue };
