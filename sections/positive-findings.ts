import type { ListItem } from '../audit/block.ts';
import type { CheckResult } from '../audit/check.ts';
import type { HistoryWindow } from '../audit/evidence.ts';
import { figureKey } from '../audit/figure.ts';
import type { Summary } from '../audit/registry.ts';

const SHOWN = 5;

/**
 * Measured facts only: checks that were wholly passed on full evidence, the longest-standing first. Never filler, and never
 * what nothing happened for: the silence of alerts, no stop that fired, no position to protect.
 */
export const positiveFindings: Summary = {
  id: 'positive-findings',
  title: 'Positive findings',
  parts({ checks, evidence, findings }) {
    const capped = new Set(findings.map(({ section }) => section));
    const items = checks
      .filter(
        ({ outcome }) =>
          outcome.state === 'known' && outcome.r === 1 && outcome.credit === 1 && outcome.absence !== true,
      )
      .filter(({ section }) => !capped.has(section))
      .map((check) => ({ check, windows: windowsInRow(check, evidence.history, evidence.window.from) }))
      .sort(
        (a, b) =>
          b.windows - a.windows || b.check.weight - a.check.weight || (a.check.id < b.check.id ? -1 : 1),
      )
      .slice(0, SHOWN)
      .map(({ check, windows }): ListItem => ({
        lead: [check.title],
        detail: [...check.outcome.text, windows > 1 ? ` ${String(windows)} windows in a row.` : ''],
      }));
    const empty = ['No check was wholly passed on full evidence in a section without findings.'];
    return [{ title: 'What worked', blocks: [{ type: 'list', ordered: false, items, empty }] }];
  },
};

function windowsInRow(check: CheckResult, history: readonly HistoryWindow[], from: string): number {
  let windows = 1;
  let edge = from;
  for (const earlier of history) {
    if (earlier.window.to !== edge || earlier.figures[figureKey('check', { check: check.id })] !== 1) break;
    windows += 1;
    edge = earlier.window.from;
  }
  return windows;
}
