import { loadEvidence, type LoadedEvidence } from '../sources/bundle.ts';
import type { Archive } from './archive.ts';
import { CommandError } from './errors.ts';

/** The evidence of a report. @throws CommandError that says so when a purge removed it */
export async function storedEvidence(archive: Archive, hash: string): Promise<LoadedEvidence> {
  try {
    return await loadEvidence(archive.artifacts, hash);
  } catch (error) {
    const at = await archive.evidencePurgedAt(hash);
    if (at === null) throw error;
    throw new CommandError(
      `The evidence ${hash.slice(0, 12)} was removed by a purge on ${at.slice(0, 10)}, past its period (retention.evidenceDays). ` +
        'The report is there in all its formats; its figures can no longer be derived again.',
    );
  }
}
