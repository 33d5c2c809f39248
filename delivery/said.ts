const SHOWN = 400;
/** Beyond it, a scrubber no longer looks for a secret that is broken over lines. */
const MOST_READ = 10_000;
/** Where a long text was cut, half a secret may stand, which is known to nobody. */
const EDGE = 1_000;

/**
 * What the other side said, in one line for outcomes, history, logs and the outbox: without our secrets, and without
 * characters that a terminal obeys or a database refuses.
 */
export function whatWasSaid(text: string, scrub: (text: string) => string): string {
  const clean = scrub(text.slice(0, MOST_READ));
  const whole = text.length > MOST_READ ? clean.slice(0, -EDGE) : clean;
  return whole
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim()
    .slice(0, SHOWN)
    .toWellFormed();
}
