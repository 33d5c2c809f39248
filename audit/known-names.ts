/** What exists, after a sentence that refused a name: `The only bot is demo.` or `There are a, b and c.` */
export function knownNames(kind: string, names: readonly string[]): string {
  const [first, ...others] = names;
  if (first === undefined) return `There is no ${kind} at all.`;
  const last = others.at(-1);
  if (last === undefined) return `The only ${kind} is ${first}.`;
  return `There are ${[first, ...others.slice(0, -1)].join(', ')} and ${last}.`;
}
