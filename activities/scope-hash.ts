import type { BotFacts } from '../audit/evidence.ts';
import { canonicalJson, sha256 } from '../audit/hash.ts';

/** Declared sources and list of sections, not the policy: what one report is about (design.md section 9). */
export function scopeHash(sources: BotFacts['sources'], sections: readonly string[]): string {
  return sha256(canonicalJson({ sources, sections }));
}
