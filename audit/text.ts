/** A piece of a sentence. Numbers enter a sentence only as references to figures; the one formatter writes them. */
export type Inline =
  string | { readonly figure: string } | { readonly code: string } | { readonly strong: string };

/** A sentence. Plain strings are data-safe: every renderer escapes them. */
export type Text = readonly Inline[];

/** Tagged template that keeps references as references: text`${fig('x')} positions without a stop`. */
export function text(strings: TemplateStringsArray, ...parts: readonly (Inline | Text)[]): Text {
  const out: Inline[] = [];
  strings.forEach((literal, index) => {
    if (literal !== '') out.push(literal);
    const part = parts[index];
    if (part === undefined) return;
    if (Array.isArray(part)) out.push(...(part as Text));
    else out.push(part as Inline);
  });
  return out;
}

/** A reference to a figure by its key. */
export function fig(key: string): Inline {
  return { figure: key };
}

export function code(value: string): Inline {
  return { code: value };
}

export function strong(value: string): Inline {
  return { strong: value };
}

/** `a`, `a and b`, `a, b and c`. */
export function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1) ?? ''}`;
}

export function capitalised(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

/** A sentence as what follows a colon: `No row was read.` as `no row was read.`; an acronym stays. */
export function continued([first, ...rest]: Text): Text {
  if (typeof first !== 'string') return first === undefined ? [] : [first, ...rest];
  return [/^[A-Z][a-z’']/.test(first) ? `${first.charAt(0).toLowerCase()}${first.slice(1)}` : first, ...rest];
}

/** What to do first: the rest of a recommendation stands in its finding. */
export function firstSentence(sentences: Text): Text {
  const end = sentences.findIndex((part) => typeof part === 'string' && part.includes('. '));
  const last = sentences[end];
  if (typeof last !== 'string') return sentences;
  return [...sentences.slice(0, end), last.slice(0, last.indexOf('. ') + 1)];
}

/** Errors of servers and of ours end with a full stop or without; what was cut ends as it is. */
export function sentence(text: string): string {
  return text.replace(/(?<!…)\.?\s*$/, '.').replace(/…[.\s]*$/, '…');
}
