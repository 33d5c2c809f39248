import type { Section, SectionResult } from '../../../audit/section.ts';
import { checkOf, figureOf, findingsOf, type Evidence } from '../support.ts';

type Rows = NonNullable<Evidence['rows']>;

/** Values of the evidence that the section tells: those above the threshold, from it on, up to it, or below it. */
type Told = 'above' | 'from' | 'upTo' | 'below';

/** Small evidence that measures one value, and what is told by it, depending on the threshold alone. */
export interface Sides {
  readonly value: number | string;
  readonly told: Told;
  readonly tells: (result: SectionResult) => boolean;
  readonly evidence: Evidence;
  /** Where it is not the section that has the setting. */
  readonly section?: Section;
}

const sides =
  (told: Told) =>
  (value: number | string, tells: Sides['tells'], rows: Rows, more: Omit<Evidence, 'rows'> = {}): Sides => ({
    value,
    told,
    tells,
    evidence: { ...more, rows },
  });
export const above = sides('above');
export const from = sides('from');
export const upTo = sides('upTo');
export const below = sides('below');

export const finds =
  (rule: string): Sides['tells'] =>
  (result) =>
    findingsOf(result, rule).length > 0;
export const grades =
  (rule: string, severity: string): Sides['tells'] =>
  (result) =>
    findingsOf(result, rule).some((finding) => finding.severity === severity);
export const names =
  (rule: string, cause: string): Sides['tells'] =>
  (result) =>
    findingsOf(result, rule).some(({ cause: { id } }) => id === cause || id.endsWith(`-${cause}`));
/** All that speaks for its cause holds. */
export const isLikely =
  (rule: string): Sides['tells'] =>
  (result) =>
    findingsOf(result, rule).some((finding) => finding.cause.confidence === 'LIKELY');
/** A check that scores this at the threshold, and less beyond it. */
export const scoresBelow =
  (check: string, r: number): Sides['tells'] =>
  (result) =>
    Number(checkOf(result, check)) < r - 1e-8;
export const scores =
  (check: string, r: number): Sides['tells'] =>
  (result) =>
    checkOf(result, check) === r;
export const measures =
  (name: string, value: number | string, labels: Readonly<Record<string, string>> = {}): Sides['tells'] =>
  (result) => {
    const figure = figureOf(result, name, labels);
    return (figure.value ?? `<${figure.reason ?? ''}>`) === value;
  };
/** A cell of the dataset's first row that is not empty. */
export const shows =
  (dataset: string, column: string): Sides['tells'] =>
  ({ datasets }) => {
    const found = datasets.find(({ id }) => id === dataset);
    const index = found?.columns.findIndex(({ key }) => key === column) ?? -1;
    return (found?.rows[0]?.[index] ?? null) !== null;
  };
export const says =
  (words: string): Sides['tells'] =>
  (result) =>
    JSON.stringify(result).includes(words);
export const not =
  (tells: Sides['tells']): Sides['tells'] =>
  (result) =>
    !tells(result);
