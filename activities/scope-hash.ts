import type { BotFacts } from '../audit/evidence.ts';
import { canonicalJson, sha256 } from '../audit/hash.ts';
import type { Scope } from '../audit/scope.ts';

/**
 * Declared sources, list of sections and what they are limited to, not the policy: what one report is about (design.md
 * section 9).
 */
export function scopeHash(sources: BotFacts['sources'], sections: readonly string[], scope?: Scope): string {
  const { strategy = null, symbols = [] } = scope ?? {};
  return sha256(canonicalJson({ sources, sections, ...(scope !== undefined && { strategy, symbols }) }));
}
