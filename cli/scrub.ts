import { stripVTControlCharacters } from 'node:util';
import { createScrubber } from '../audit/scrub.ts';

let made: {
  readonly secrets: ReadonlySet<string>;
  readonly size: number;
  scrub(text: string): string;
} | null = null;

/** Replaces the secrets known so far; made anew only when there are more, since a configuration may hold thousands. */
export function scrubberOf(secrets: ReadonlySet<string>): (text: string) => string {
  if (made?.secrets !== secrets || made.size !== secrets.size)
    made = { secrets, size: secrets.size, scrub: createScrubber([...secrets]) };
  return made.scrub;
}

/** Blacks out every secret value in text that is about to be printed, and what could move the cursor. */
export function scrub(text: string, secrets: ReadonlySet<string>): string {
  return scrubberOf(secrets)(stripVTControlCharacters(text));
}
