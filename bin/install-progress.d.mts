export interface InstallCount {
  readonly packages: number;
  readonly of: number;
  readonly bytes: number;
}

export function showInstall(clone: string, line: (detail: string) => string): () => void;
export function describe(count: InstallCount, isLive: boolean): string;
export function counter(clone: string): () => InstallCount;
