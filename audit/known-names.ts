import { listed } from './text.ts';

/** What exists, after a sentence that refused a name: `The only bot is demo.` or `There are a, b and c.` */
export function knownNames(kind: string, names: readonly string[]): string {
  const [first, ...others] = names;
  if (first === undefined) return `There is no ${kind} at all.`;
  return others.length === 0 ? `The only ${kind} is ${first}.` : `There are ${listed(names)}.`;
}
