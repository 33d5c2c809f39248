import type { AuditConfig } from '../audit/configuration.ts';
import type { ArtifactPlace } from './artifact-place.ts';
import { createArtifactStore } from './artifacts.ts';
import { createObjectArtifacts } from './objects/artifacts.ts';

/** Where artifacts are, as the configuration says it. */
export type ArtifactLocation = Pick<AuditConfig, 'artifactDirectory' | 'objectStore'>;

/** The artifacts of a configuration: a folder, or a bucket when it names one. `atOnce`: operations at once. */
export function openArtifacts(
  { artifactDirectory, objectStore }: ArtifactLocation,
  limits: { readonly atOnce?: number } = {},
): ArtifactPlace {
  return objectStore === undefined
    ? createArtifactStore(artifactDirectory, limits)
    : createObjectArtifacts(objectStore, limits);
}
