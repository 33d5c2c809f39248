import { listed } from './text.ts';

/** Sections of the operators' report template, by number. */
const TEMPLATE: readonly (readonly [number: string, title: string])[] = [
  ['1', 'Position management'],
  ['2', 'Stop-loss management'],
  ['3', 'Trailing stop analysis'],
  ['4', 'WebSocket health'],
  ['5', 'API errors and performance'],
  ['6', 'Data integrity'],
  ['7', 'Aged positions'],
  ['8', 'Zombie orders'],
  ['9', 'PnL analysis'],
  ['10', 'Code quality'],
  ['11', 'Configuration'],
  ['12', 'Race conditions'],
  ['13', 'Algorithm improvements'],
  ['14', 'Hourly activity timeline'],
  ['15', 'Critical events timeline'],
];

/** One line that names the numbers which the contents leave out; empty when all are there. `present`: section numbers. */
export function absentSections(present: readonly (string | null)[]): string {
  const absent = TEMPLATE.filter(([number]) => !present.includes(number)).map((one) => one.join(' '));
  return absent.length === 0
    ? ''
    : `Sections of the template that this kind of report does not have: ${listed(absent)}.`;
}
