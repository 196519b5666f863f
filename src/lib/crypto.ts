import { createCipheriv, createDecipheriv, createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { Random } from './random.ts';

/** How a digest is written down. */
export type DigestForm = 'hex' | 'base64' | 'base64url';

/** Bytes of a key for `seal` and `open`. */
export const sealKeyBytes = 32;

const nonceBytes = 12;
const tagBytes = 16;
const sealVersion = 's1';

/** SHA-256 of a text (as UTF-8) or of bytes. */
export function sha256(content: string | Uint8Array, form: DigestForm = 'hex'): string {
  return createHash('sha256').update(content).digest(form);
}

/** HMAC-SHA-256 of a text (as UTF-8) or of bytes. */
export function hmacSha256(key: string | Uint8Array, content: string | Uint8Array, form: DigestForm = 'hex'): string {
  return createHmac('sha256', key).update(content).digest(form);
}

/** Whether two secrets are equal, in a time that says nothing about where they differ. */
export function equalSecrets(one: string, other: string): boolean {
  // Digests have one length, which timingSafeEqual demands; the lengths of the secrets stay untold too.
  return timingSafeEqual(createHash('sha256').update(one).digest(), createHash('sha256').update(other).digest());
}

/**
 * Encrypts a secret for storage (AES-256-GCM). `context` says where it belongs ("account 7"): text sealed for one
 * place does not open in another.
 */
export function seal(secret: string, key: Uint8Array, context: string, random: Random): string {
  const nonce = Buffer.from(random.secret(nonceBytes), 'base64url').subarray(0, nonceBytes);
  const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes }).setAAD(Buffer.from(context));
  const content = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
  return [sealVersion, ...[nonce, cipher.getAuthTag(), content].map((part) => part.toString('base64url'))].join('.');
}

/** The secret of a sealed text. Throws when the key or the context is another one, or the text was changed. */
export function open(sealed: string, key: Uint8Array, context: string): string {
  const [version, nonce, tag, content] = sealed.split('.');
  if (version !== sealVersion || !nonce || !tag || content === undefined) {
    throw new Error(`the stored secret of ${context} is not in a form this version knows`);
  }
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(nonce, 'base64url'), { authTagLength: tagBytes })
      .setAAD(Buffer.from(context))
      .setAuthTag(Buffer.from(tag, 'base64url'));
    return Buffer.concat([decipher.update(Buffer.from(content, 'base64url')), decipher.final()]).toString('utf8');
  } catch (cause) {
    const message = `the stored secret of ${context} does not open: the key is not the one it was stored with`;
    throw new Error(message, { cause });
  }
}
