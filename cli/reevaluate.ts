import { dataFilesOf, type WrittenFile } from '../activities/data-files.ts';
import { assembleReport } from '../audit/assemble.ts';
import { errorMessage } from '../audit/error-message.ts';
import { evaluateSection } from '../audit/evaluate.ts';
import type { QueryRun } from '../audit/evidence.ts';
import { kindOf, type Kind } from '../audit/kinds.ts';
import type { Report } from '../audit/report.ts';
import type { SectionResult } from '../audit/section.ts';
import { registry } from '../sections/index.ts';
import { openBundle, type LoadedEvidence } from '../sources/bundle.ts';
import { CommandError } from './errors.ts';

/** The report that this evidence gives with this version of the program, with its data files; nothing else is read. */
export function reevaluate(loaded: LoadedEvidence): {
  readonly report: Report;
  readonly written: readonly WrittenFile[];
  readonly results: readonly SectionResult[];
} {
  const { evidence, hash: evidenceHash } = loaded;
  const kind = kindOfBundle(evidence.kind);
  const open = openBundle(loaded, kind.bucketS);
  const results = registry.sections
    .filter(({ id }) => evidence.sections.includes(id))
    .map((section) => evaluateSection(section, open));
  const written = dataFilesOf(loaded, results);
  const files = written.map(({ file }) => file);
  const report = assembleReport({ evidence, evidenceHash, results, files, registry, kindTitle: kind.title });
  return { report, written, results };
}

/** A query as its section asks it, on contract relations; as it ran when this version has no such query. */
export function askedText(run: QueryRun): string {
  return registry.queries.find(({ id }) => id === run.id)?.sql ?? run.sql;
}

function kindOfBundle(id: string): Kind {
  try {
    return kindOf(id);
  } catch (error) {
    throw new CommandError(`This version cannot make this report: ${errorMessage(error)}`);
  }
}
