import { hash, verify } from "@node-rs/argon2";

/** OWASP's Argon2id floor: 19 MiB, 2 passes, 1 lane (Password Storage Cheat Sheet). */
const ARGON2ID = 2;
const OPTIONS = { algorithm: ARGON2ID, memoryCost: 19_456, timeCost: 2, parallelism: 1 };

let decoy: Promise<string> | undefined;

export function hashPassword(password: string): Promise<string> {
  return hash(password, OPTIONS);
}

/** Compares in equal time for unknown users: without a stored hash a decoy is checked and the answer is no. */
export async function passwordMatches(stored: string | null, password: string): Promise<boolean> {
  decoy ??= hashPassword(crypto.randomUUID());
  const matches = await verify(stored ?? (await decoy), password);
  return stored !== null && matches;
}
