/** Known secret texts, in whatever collection keeps them. */
export type Secrets = Iterable<string>;

/** Shorter texts are not replaced: they would tear holes into ordinary words. */
const minSecretLength = 4;

/** The text with every known secret, and everything that has the form of a credential, replaced by `[secret]`. */
export function redact(text: string, secrets: Secrets = []): string {
  let clean = text;
  // Longest first: a secret that holds a shorter one must not leave its ends behind.
  for (const secret of [...secrets].filter(isLongEnough).sort((one, other) => other.length - one.length)) {
    for (const form of new Set([secret, encodeURIComponent(secret)])) clean = clean.replaceAll(form, '[secret]');
  }
  return clean
    .replace(/\b(Bearer|Basic|Token|Session)\s+[\w.~+/=-]{16,}/gi, '$1 [secret]')
    .replace(/\b([a-z][a-z0-9+.-]*:\/\/)[^\s/?#@]+@/gi, '$1[secret]@')
    .replace(
      /\b(access_token|refresh_token|client_secret|api_key|apikey|hapikey|password|code)=[^\s&"']+/gi,
      '$1=[secret]',
    );
}

function isLongEnough(secret: string): boolean {
  return secret.length >= minSecretLength;
}
