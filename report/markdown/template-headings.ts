/** How the operators' template writes headings that the sections word more plainly. */
const HEADINGS: readonly (readonly [RegExp, string])[] = [
  [/^Findings$/, 'Issues Found'],
  [/^Immediate\b/, '🔥 IMMEDIATE (Fix before next production run)'],
  [/^High\b/, '⚡ HIGH (Fix within 24 hours)'],
  [/^Medium\b/, '📌 MEDIUM (Fix within 1 week)'],
  [/^Low\b/, '💡 LOW (Nice to have)'],
  [/^What worked$/, 'What Worked Well'],
  [/^Overall assessment$/, 'Overall Assessment'],
  [/^Key takeaways$/, 'Key Takeaways'],
  [/^Next steps$/, 'Next Steps'],
];

export function templateHeading(title: string): string {
  return HEADINGS.find(([pattern]) => pattern.test(title))?.[1] ?? title;
}

/** The template ticks what worked. */
export function tickedList(title: string, markdown: string): string {
  return title === 'What worked' ? markdown.replace(/^(- |\d+\. )/gm, '$1✅ ') : markdown;
}
