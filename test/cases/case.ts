import { plainText } from '../../audit/plain-text.ts';
import type { Audited } from '../support/audit.ts';
import type { CaseWorlds, Mapped, WorldName } from './worlds.ts';

/** One case: what is changed, and all that must be said of it. */
export interface Case {
  readonly name: string;
  readonly world: WorldName;
  /** Statements, or files of this folder. */
  readonly sql: readonly string[];
  readonly facts?: Parameters<CaseWorlds['audited']>[2];
  readonly mapped?: Mapped;
  readonly right: Right;
}

interface Right {
  readonly verdict: string;
  /** `SEVERITY RULE`, sorted: exactly these. */
  readonly findings: readonly string[];
  /** By key, to as many decimals as are given; a figure that is unknown is its reason. */
  readonly figures?: Readonly<Record<string, string>>;
  /** Gross and net of a closed position by its id, to two decimals. */
  readonly trades?: Readonly<Record<string, string>>;
  /** What the findings' titles, descriptions, causes and recommendations say, and the verdict's reasons. */
  readonly words?: readonly RegExp[];
}

/** What an audit says of the things that a case is about, in the shape of its `right`. */
export function saidOf({ report, results }: Audited, right: Right): Omit<Right, 'words'> {
  const { figures, trades } = right;
  const byKey = new Map(report.figures.map((figure) => [figure.key, figure]));
  const said = (key: string, wanted: string): string => {
    const figure = byKey.get(key);
    if (figure === undefined) return 'no such figure';
    if (figure.value === null) return figure.reason ?? 'no reason';
    const decimals = wanted.split('.')[1]?.length ?? 0;
    return Number(figure.value).toFixed(decimals);
  };
  const closed = results.flatMap(({ datasets }) => datasets).find(({ id }) => id === 'pnl.positions');
  const column = (name: string): number => closed?.columns.findIndex(({ key }) => key === name) ?? -1;
  const trade = (id: string): string => {
    const row = closed?.rows.find((cells) => cells[column('position')] === id);
    const cell = (name: string): string => Number(row?.[column(name)]).toFixed(2);
    return row === undefined ? 'no such trade' : `${cell('gross')} ${cell('net')}`;
  };
  const keys = <T>(some: Readonly<Record<string, string>>, of: (key: string, wanted: string) => T) =>
    Object.fromEntries(Object.entries(some).map(([key, wanted]) => [key, of(key, wanted)]));
  return {
    verdict: `${report.judgement.verdict} ${report.judgement.colour}`,
    findings: report.findings.map(({ severity, rule }) => `${severity} ${rule}`).sort(),
    ...(figures && { figures: keys(figures, said) }),
    ...(trades && { trades: keys(trades, trade) }),
  };
}

/** All text of the findings and the verdict's reasons, figures filled in. */
export function wordsOf({ report }: Audited): string {
  const figures = new Map(report.figures.map((figure) => [figure.key, figure]));
  const texts = report.findings.flatMap((finding) => [
    finding.title,
    finding.description,
    finding.cause.text,
    finding.recommendation,
  ]);
  return [...texts, ...report.judgement.reasons].map((text) => plainText(text, figures)).join('\n');
}

/** What the clean world says by itself. */
export const CLEAN = {
  verdict: 'PASS GREEN',
  findings: [],
  figures: {
    positions_closed: '193',
    gross_pnl: '561.07',
    net_pnl: '253.82',
    'net_pnl{exchange=bybit}': '1.23',
  },
} satisfies Right;
