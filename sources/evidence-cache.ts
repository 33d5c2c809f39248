/** What keeps the evidences that were used last. */
export interface EvidenceCache<T> {
  /** The evidence of that hash, read at most once at a time; a failure is not kept. */
  get(hash: string): Promise<T>;
}

export interface CacheLimits {
  readonly entries: number;
  /** Stored bytes of all that is kept; one that is larger alone is only shared by those who wait for it. */
  readonly bytes: number;
}

/** An audit's sections are evaluated one beside another, and those of a second audit between them. */
const LIMITS: CacheLimits = { entries: 2, bytes: 32 * 1024 * 1024 };

/** Keeps what `read` gives in memory, the evidence used last longest: by its hash it can only ever be the same. */
export function createEvidenceCache<T>(
  read: (hash: string) => Promise<T>,
  bytesOf: (evidence: T) => number,
  limits: CacheLimits = LIMITS,
): EvidenceCache<T> {
  const reading = new Map<string, Promise<T>>();
  const kept = new Map<string, T>();

  function keep(hash: string, evidence: T): void {
    kept.delete(hash);
    kept.set(hash, evidence);
    let bytes = [...kept.values()].reduce((total, one) => total + bytesOf(one), 0);
    for (const [oldest, one] of kept) {
      if (kept.size <= limits.entries && bytes <= limits.bytes) return;
      kept.delete(oldest);
      bytes -= bytesOf(one);
    }
  }

  async function readAndKeep(hash: string): Promise<T> {
    const evidence = await read(hash);
    keep(hash, evidence);
    return evidence;
  }

  return {
    get(hash) {
      const known = kept.get(hash);
      if (known !== undefined) {
        keep(hash, known);
        return Promise.resolve(known);
      }
      const pending =
        reading.get(hash) ??
        readAndKeep(hash).finally(() => {
          reading.delete(hash);
        });
      reading.set(hash, pending);
      return pending;
    },
  };
}
