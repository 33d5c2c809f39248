const USERINFO = /\b([a-z][a-z0-9+.-]*:\/\/)[^\s/@'"]+@/gi;
const SHORTEST = 4;

/**
 * Replaces every known secret, as it is, URL-encoded or in base64, and the user part of every URL. For all that leaves
 * the process: logs, failures in Temporal's history, what people read.
 */
export function createScrubber(secrets: readonly string[]): (text: string) => string {
  const spellings = new Set(
    secrets
      .filter((secret) => secret.length >= SHORTEST)
      .flatMap((secret) => [
        secret,
        encodeURIComponent(secret),
        JSON.stringify(secret).slice(1, -1),
        Buffer.from(secret).toString('base64').replace(/=+$/, ''),
      ]),
  );
  // The longest first: a secret may be part of another.
  const ordered = [...spellings].sort((a, b) => b.length - a.length);
  return (text) => {
    let clean = text;
    for (const secret of ordered) clean = clean.replaceAll(secret, '[secret]');
    return clean.replace(USERINFO, '$1[secret]@');
  };
}
