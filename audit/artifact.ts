/** Content-addressed bytes: the name of a thing is the sha256 of its content, so writing twice is writing once. */
export interface ArtifactStore {
  put(data: Uint8Array | string): Promise<{ readonly hash: string; readonly bytes: number }>;
  /** Throws when the artifact is missing or its bytes do not have this hash. */
  get(hash: string): Promise<Buffer>;
  has(hash: string): Promise<boolean>;
}
