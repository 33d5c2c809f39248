/** Where a trace says that the bot's own code was. */
export interface Frame {
  readonly file: string;
  readonly line: number;
  /** Null where the frame names no function. */
  readonly method: string | null;
}

const FOREIGN =
  /(^|[/\\])(node_modules|site-packages|dist-packages|lib[/\\]python[0-9.]*)[/\\]|^node:|^internal[/\\]|^<|^native$/;
const JAVASCRIPT = /^at (?:async )?(?:(?<method>.+?) \()?(?<file>[^()]+?):(?<line>\d+)(?::\d+)?\)?$/;
const PYTHON = /^File "(?<file>[^"]+)", line (?<line>\d+)(?:, in (?<method>.+))?$/;

/**
 * The innermost frame of the bot's own code: the first of a JavaScript trace, the last of a Python one. Null where no
 * frame is the bot's own, or a Python trace was cut before its end.
 */
export function topFrame(frames: string | null, isCut: boolean): Frame | null {
  const lines = (frames ?? '').split('\n').map((line) => line.trim());
  const python = lines.flatMap((line) => frameOf(PYTHON, line));
  if (python.length > 0) return isCut ? null : (python.at(-1) ?? null);
  return lines.flatMap((line) => frameOf(JAVASCRIPT, line))[0] ?? null;
}

function frameOf(pattern: RegExp, line: string): readonly Frame[] {
  const { file, line: number, method } = pattern.exec(line)?.groups ?? {};
  if (file === undefined || FOREIGN.test(file.replace(/^file:\/\//, ''))) return [];
  return [{ file: file.replace(/^file:\/\//, ''), line: Number(number), method: method?.trim() ?? null }];
}

/** `src/book.ts:41`; null stays null. */
export function placeOf(frame: Frame | null): string | null {
  return frame === null ? null : `${frame.file}:${String(frame.line)}`;
}
