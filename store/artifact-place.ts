import type { ArtifactStore } from '../audit/artifact.ts';

/** Where artifacts are cannot be written or read. Nothing half-written stays behind. */
export class ArtifactsUnavailable extends Error {
  override readonly name = 'ArtifactsUnavailable';
}

/** An artifact is not there, or its bytes are not those that it was stored with. */
export class ArtifactDamaged extends Error {
  override readonly name = 'ArtifactDamaged';
}

/** An artifact as a purge sees it. */
export interface ArtifactFile {
  readonly hash: string;
  readonly bytes: number;
  /** When its bytes were last put, milliseconds. */
  readonly putMs: number;
}

export type Removal = 'removed' | 'gone' | 'put again';

/** Artifacts and all that is done with the place where they are, a folder or a bucket. */
export interface ArtifactPlace extends ArtifactStore {
  /** Writes and removes something small. Throws when the place cannot be used. */
  probe(): Promise<void>;
  /** Every artifact. What a killed purge had put aside is put back first. */
  files(): AsyncGenerator<ArtifactFile>;
  /** Removes an artifact that nobody has put since `cutoffMs`; whoever puts it meanwhile keeps it. */
  remove(hash: string, cutoffMs: number): Promise<Removal>;
  /** Removes what killed processes have left half-written. Returns how many. */
  removeHalfWritten(): Promise<number>;
  /** Path or URL of an artifact's bytes, for people. */
  where(hash: string): string;
}

const HASH = /^[0-9a-f]{64}$/;

/** The hash. Refuses every other name: nothing that people type can become a path. */
export function mustBeHash(hash: string): string {
  if (HASH.test(hash)) return hash;
  throw new Error(`${JSON.stringify(hash.slice(0, 80))} is not the hash of an artifact`);
}
