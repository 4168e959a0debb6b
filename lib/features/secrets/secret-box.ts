import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from "node:crypto";
import { AppError } from "#lib/core/errors";
import type { Db, Tx } from "#lib/db/client";
import { env } from "#lib/env";

const PREFIX = "sealed:v1:";
const FINGERPRINT_KEY = "system.secret_key_fingerprint";

function derive(purpose: string): Buffer {
  return Buffer.from(hkdfSync("sha256", env().SECRET_KEY, "dataguardian", purpose, 32));
}

/** Names the key without telling it; stored beside the data, so that a wrong key is noticed. */
export function keyFingerprint(): string {
  return createHmac("sha256", derive("fingerprint")).update("dataguardian").digest("hex").slice(0, 16);
}

/**
 * AES-256-GCM under SECRET_KEY. `place` (for example `datasource:<id>:password`) is bound into the seal, so an
 * envelope copied to another row does not open.
 */
export function seal(plain: string, place: string): string {
  const iv = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", derive("config-secrets"), iv).setAAD(Buffer.from(place));
  const body = Buffer.concat([cipher.update(plain, "utf8"), cipher.final()]);
  const parts = [iv, cipher.getAuthTag(), body].map((part) => part.toString("base64url"));
  return `${PREFIX}${keyFingerprint()}:${parts.join(":")}`;
}

export function isSealed(value: unknown): value is string {
  return typeof value === "string" && value.startsWith(PREFIX);
}

/** The plain text of an envelope; SERVICE_UNAVAILABLE with the way out where the key is another one. */
export function unseal(envelope: string, place: string): string {
  const [fingerprint, iv, tag, body] = envelope.slice(PREFIX.length).split(":");
  if (fingerprint !== keyFingerprint()) throw wrongKey();
  const bytes = (text: string | undefined) => Buffer.from(text ?? "", "base64url");
  try {
    const decipher = createDecipheriv("aes-256-gcm", derive("config-secrets"), bytes(iv))
      .setAAD(Buffer.from(place))
      .setAuthTag(bytes(tag));
    return Buffer.concat([decipher.update(bytes(body)), decipher.final()]).toString("utf8");
  } catch (cause) {
    throw new AppError("INTERNAL_ERROR", "A stored credential is damaged. Enter it again.", { cause });
  }
}

export type KeyState = "ok" | "mismatch";

/** Compares the key with the one this installation was made with; the first call on a new database keeps it. */
export async function checkKey(db: Db | Tx): Promise<KeyState> {
  const mine = keyFingerprint();
  await db.$executeRaw`
    INSERT INTO system_settings (key, value, description, updated_at)
    VALUES (${FINGERPRINT_KEY}, to_jsonb(${mine}::text), 'Names the SECRET_KEY of this installation', now())
    ON CONFLICT (key) DO NOTHING`;
  const row = await db.systemSetting.findUnique({ where: { key: FINGERPRINT_KEY } });
  return row?.value === mine ? "ok" : "mismatch";
}

/** Guards every write of a secret: nothing is ever sealed under a second key. */
export async function assertKey(db: Db | Tx): Promise<void> {
  if ((await checkKey(db)) !== "ok") throw wrongKey();
}

function wrongKey(): AppError {
  return new AppError(
    "SERVICE_UNAVAILABLE",
    "SECRET_KEY is not the key this installation was made with, so stored credentials cannot be read. " +
      "Put the former key back (SECRET_KEY, or secret.key under DATA_DIR) and start again.",
  );
}
