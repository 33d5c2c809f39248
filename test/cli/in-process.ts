import { main } from '../../cli/main.ts';

/** How a command line ended. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command line in this process, with this environment alone. */
export async function commandLine(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Ended> {
  let [code, stdout, stderr] = [0, '', ''];
  await main(args, {
    environment,
    stdout: { write: (text) => (stdout += text) },
    stderr: { write: (text) => (stderr += text) },
    signal: new AbortController().signal,
    secrets: new Set(),
    setExitCode: (value) => {
      code = value;
    },
  });
  return { code, stdout, stderr };
}
