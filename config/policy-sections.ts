import type { PolicyPart } from '../audit/registry.ts';

/** Everything that `policy` may hold, from the registry. */
export async function policySections(): Promise<readonly PolicyPart[]> {
  const { registry } = await import('../sections/index.ts');
  return registry.policy;
}
