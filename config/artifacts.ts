import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ObjectStorePlace } from '../audit/configuration.ts';
import { named, type Environment } from './environment.ts';

export interface ReadPlace {
  /** Absolute folder, or the bucket's URL. */
  readonly artifactDirectory: string;
  readonly objectStore?: ObjectStorePlace;
  /** What follows the key's name in a message; absent: nothing is wrong. */
  readonly problem?: string;
}

const BUCKET = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(.*))?$/;
const PREFIX = /^[A-Za-z0-9_-][A-Za-z0-9._-]*(?:\/[A-Za-z0-9_-][A-Za-z0-9._-]*)*$/;
const EXPECTED = 'Expected a folder, or a bucket such as s3://audit/reports.';

/** Reads `storage.artifacts`: a folder relative to `base`, `file://`, or `s3://bucket/prefix` with AWS_* variables. */
export function readArtifactPlace(text: string, base: string, environment: Environment): ReadPlace {
  const scheme = /^([a-z0-9]+):\/\//i.exec(text)?.[1]?.toLowerCase();
  const refused = { artifactDirectory: text, problem: `is ${JSON.stringify(text)}. ${EXPECTED}` };
  if (text.startsWith('~'))
    return {
      ...refused,
      problem: `is ${JSON.stringify(text)}, and only a shell knows what ~ is. Write the whole path.`,
    };
  // `s3:/bucket`, one slash short.
  if (scheme === undefined)
    return /^[a-z0-9]{2,}:\//i.test(text) ? refused : { artifactDirectory: resolve(base, text) };
  if (scheme === 'file') return folderOfUrl(text) ?? refused;
  const [, bucket, path = ''] = BUCKET.exec(text) ?? [];
  const prefix = path.replace(/\/+$/, '');
  if (bucket === undefined || (prefix !== '' && !PREFIX.test(prefix))) return refused;
  const region = named(environment, 'AWS_REGION') ?? named(environment, 'AWS_DEFAULT_REGION') ?? 'us-east-1';
  const own = named(environment, 'AWS_ENDPOINT_URL_S3') ?? named(environment, 'AWS_ENDPOINT_URL');
  const accessKeyId = named(environment, 'AWS_ACCESS_KEY_ID');
  const secretAccessKey = named(environment, 'AWS_SECRET_ACCESS_KEY');
  const sessionToken = named(environment, 'AWS_SESSION_TOKEN');
  const artifactDirectory = `s3://${bucket}${prefix === '' ? '' : `/${prefix}`}`;
  if (accessKeyId === undefined || secretAccessKey === undefined)
    return {
      artifactDirectory,
      problem: `is a bucket, which needs the environment variables AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.`,
    };
  const endpoint = (own ?? `https://s3.${region}.amazonaws.com`).replace(/\/+$/, '');
  if (!isEndpoint(endpoint))
    return {
      artifactDirectory,
      problem: `is a bucket, and AWS_ENDPOINT_URL_S3 (or AWS_ENDPOINT_URL) is no URL such as https://s3.example.test.`,
    };
  const objectStore = {
    ...{ bucket, prefix: prefix === '' ? '' : `${prefix}/`, endpoint, region, accessKeyId, secretAccessKey },
    ...(sessionToken !== undefined && { sessionToken }),
  };
  return { artifactDirectory, objectStore };
}

/** Of `file:///folder`; undefined: the URL names a host, or is none. */
function folderOfUrl(text: string): ReadPlace | undefined {
  try {
    return { artifactDirectory: fileURLToPath(text) };
  } catch {
    return undefined;
  }
}

function isEndpoint(text: string): boolean {
  const url = URL.parse(text);
  return (
    url !== null &&
    ['http:', 'https:'].includes(url.protocol) &&
    url.username === '' &&
    url.search === '' &&
    url.hash === ''
  );
}
