import { evaluateSection, openEvidence } from '../audit/evaluate.ts';
import { registry } from '../sections/index.ts';
import { loadEvidence, rowsFor } from '../sources/bundle.ts';
import { createArtifactStore } from '../store/artifacts.ts';
import { atMost, cpuMs, ratio, type Ratio } from './ratio.ts';
import { multiplied } from './multiplied.ts';

const BAR = 1.3;
const LARGE_MS = 20_000;
const [SMALL, LARGE] = [10, 30];
/** What a section needs whatever the night was like; less CPU than this cannot be told from it. */
const NOISE_MS = 25;

/** CPU time of each section on a night that traded 30 times as much as the demo, against three times that of one with 10 times. */
export async function benchScale(
  artifactDirectory: string,
  evidenceHash: string,
  rounds: number,
): Promise<readonly Ratio[]> {
  const loaded = await loadEvidence(createArtifactStore(artifactDirectory), evidenceHash);
  const best = new Map<string, Record<number, number>>();
  for (let round = 0; round <= rounds; round += 1) {
    for (const times of [SMALL, LARGE]) {
      const open = openEvidence({
        evidence: loaded.evidence,
        rowsFor: multiplied((query) => rowsFor(loaded, query), times),
        bucketS: 3600,
      });
      for (const query of registry.queries) open.rowsOf(query);
      for (const section of registry.sections) {
        const used = await cpuMs(() => {
          const { error } = evaluateSection(section, open);
          if (error !== undefined)
            throw new Error(`a failed section measures nothing: ${section.id}: ${error}`);
        });
        const before = best.get(section.id)?.[times] ?? Infinity;
        // The first round warms the compiler; what the collector does in the others is noise above the least.
        if (round > 0) best.set(section.id, { ...best.get(section.id), [times]: Math.min(before, used) });
      }
    }
  }
  const cpu = [...best].map(([section, { [SMALL]: small = 0, [LARGE]: large = 0 }]) => ({
    section,
    small,
    large,
  }));
  const all = cpu.reduce((total, { large }) => total + large, 0);
  return [
    atMost('scale', `all sections at ${String(LARGE)}x, CPU / allowed`, 'ms', all, LARGE_MS),
    ...cpu.map(({ section, small, large }) =>
      ratio(
        'scale',
        `${section}: ${String(LARGE)}x / ${String(LARGE / SMALL)} times ${String(SMALL)}x, CPU`,
        'ms',
        large,
        (LARGE / SMALL) * small + NOISE_MS,
        BAR,
      ),
    ),
  ];
}
