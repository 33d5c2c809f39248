/**
 * Does a piece of work while every component of the stack lives: half a stack would let it wait for ever.
 * @throws with the component that ended; the work's signal aborts then, too
 */
export async function whileWhole<Result>(
  broken: Promise<string>,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const lost = new AbortController();
  const failure = broken.then((sentence): never => {
    lost.abort();
    throw new Error(`${sentence} Everything of this start stops; start again, and nothing is lost.`);
  });
  // When the stack is stopped in order its components end as well, and nobody asks any more.
  failure.catch(() => undefined);
  return Promise.race([work(AbortSignal.any([signal, lost.signal])), failure]);
}
