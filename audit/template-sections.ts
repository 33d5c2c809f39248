/** Sections of the operators' report template that no section of ours fills yet, and why. */
const UNFILLED: readonly { readonly number: string; readonly title: string; readonly why: string }[] = [
  ...[
    ['3', 'Trailing stop analysis'],
    ['5', 'API errors and performance'],
  ].map(([number = '', title = '']) => ({ number, title, why: 'this version does not read their records' })),
  ...[['13', 'Algorithm improvements']].map(([number = '', title = '']) => ({
    number,
    title,
    why: 'code and configuration are not audited',
  })),
];

/** One line that names the numbers which the contents leave out; empty when all are filled. `present`: section numbers. */
export function absentSections(present: readonly (string | null)[]): string {
  const absent = UNFILLED.filter(({ number }) => !present.includes(number));
  const reasons = [...new Set(absent.map(({ why }) => why))].map((why) => {
    const of = absent.filter((one) => one.why === why).map(({ number, title }) => `${number} ${title}`);
    const names = of.length > 1 ? `${of.slice(0, -1).join(', ')} and ${of.at(-1) ?? ''}` : of.join('');
    return `${names} (${why})`;
  });
  return reasons.length === 0
    ? ''
    : `Sections of the template that are not in this report: ${reasons.join('; ')}.`;
}
