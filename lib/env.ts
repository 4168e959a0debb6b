import { randomBytes } from "node:crypto";
import {
  closeSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { z } from "zod";

const KEY_BYTES = 32;

const flag = z
  .enum(["true", "false", "1", "0"], "must be true or false")
  .transform((value) => value === "true" || value === "1");

function integer(low: number, high: number) {
  const message = `must be a whole number from ${low} to ${high}`;
  return z
    .string()
    .regex(/^\d{1,12}$/, message)
    .transform(Number)
    .pipe(z.int().min(low, message).max(high, message));
}

const absolutePath = z.string().transform((value) => resolve(value));

const databaseUrl = z.string().refine((value) => {
  const url = URL.parse(value);
  return url !== null && /^postgres(ql)?:$/.test(url.protocol);
}, "must look like postgresql://user:password@host:5432/database");

const timeZone = z.string().refine((value) => {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: value }) !== null;
  } catch {
    return false;
  }
}, "must be a time zone such as Europe/Lisbon");

const variables = z.object({
  DATABASE_URL: databaseUrl.optional(),
  SECRET_KEY: z
    .string()
    .refine(
      (value) => decodeKey(value) !== null,
      "must be 32 bytes in base64 (openssl rand -base64 32) or hex",
    )
    .optional(),
  DATA_DIR: absolutePath.prefault("./data"),
  // Whoever reaches a fresh installation first may create its owner: be reachable only by decision.
  HOST: z.string().default("127.0.0.1"),
  PORT: integer(1, 65_535).prefault("3000"),
  LOG_LEVEL: z
    .enum(
      ["trace", "debug", "info", "warn", "error", "fatal", "silent"],
      "must be one of trace, debug, info, warn, error, fatal, silent",
    )
    .default("info"),
  TZ: timeZone.optional(),
  /** Absent: the cookie is Secure wherever the request came over https. */
  AUTH_COOKIE_SECURE: flag.optional(),
  MAX_CONCURRENT_BACKUPS: integer(1, 100).prefault("3"),
  SCHEDULER_INTERVAL_MS: integer(1000, 3_600_000).prefault("60000"),
  HEALTH_CHECK_INTERVAL_MS: integer(1000, 86_400_000).prefault("300000"),
  CLEANUP_CRON: z
    .string()
    .regex(/^\s*\S+(\s+\S+){4}\s*$/, "must be a cron expression of five fields")
    .default("0 4 * * *"),
  TEMP_DIRECTORY: absolutePath.prefault(join(tmpdir(), "dataguardian")),
  /** Several roots are separated by colons, as in PATH. */
  LOCAL_STORAGE_ROOT_PATH: z
    .string()
    .transform((value) =>
      value
        .split(":")
        .filter((root) => root !== "")
        .map((root) => resolve(root)),
    )
    .optional(),
  METRICS_TOKEN: z.string().optional(),
  /** How long running work may go on after SIGTERM before it is ended and queued anew. */
  WORKER_GRACE_MS: integer(0, 3_600_000).prefault("20000"),
  NODE_ENV: z.string().default("production"),
});

const settings = variables.transform(({ LOCAL_STORAGE_ROOT_PATH: roots, ...values }) => ({
  ...values,
  /** Where local storages, and sources that are paths, may lie; at least one. */
  localRoots: roots?.length ? roots : [join(values.DATA_DIR, "backups")],
}));

/** Every setting that comes from outside, checked and with its default. Paths are absolute. */
export type Settings = z.infer<typeof settings>;

/** The settings of a process. SECRET_KEY is read, or made, when first asked for: 32 bytes. */
export type Env = Omit<Settings, "SECRET_KEY"> & { readonly SECRET_KEY: Buffer };

/** Thrown by `parseEnv`; its message has one line per wrong variable and never shows a value. */
export class EnvError extends Error {
  override readonly name = "EnvError";
}

/**
 * Checks the variables of the contract (section 11). An empty value counts as absent.
 * @throws EnvError
 */
export function parseEnv(source: Record<string, string | undefined>): Settings {
  const given = Object.fromEntries(
    Object.entries(source).filter(([, value]) => value !== undefined && value !== ""),
  );
  const result = settings.safeParse(given);
  if (result.success) return result.data;
  throw new EnvError(
    result.error.issues.map((issue) => `${issue.path.join(".")} ${issue.message}`).join("\n"),
  );
}

let current: Env | undefined;

/** The settings of this process, parsed on first use. A wrong variable ends the process with one line each. */
export function env(): Env {
  current ??= lazyKey(orExit(() => parseEnv(process.env)));
  return current;
}

function lazyKey(settings: Settings): Env {
  const { SECRET_KEY: _, ...rest } = settings;
  let key: Buffer | undefined;
  return {
    ...rest,
    get SECRET_KEY() {
      key ??= orExit(() => secretKey(settings));
      return key;
    },
  };
}

function orExit<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof EnvError)) throw error;
    process.stderr.write(`${error.message.replaceAll(/^/gm, "Environment: ")}\n`);
    process.exit(78);
  }
}

/**
 * The 32 bytes that seal stored credentials: SECRET_KEY, or else `DATA_DIR/secret.key`, made on first use
 * and readable by its owner only. Several processes may ask at once; all get the same key.
 */
export function secretKey(settings: Pick<Settings, "SECRET_KEY" | "DATA_DIR">): Buffer {
  if (settings.SECRET_KEY) return keyOrThrow(settings.SECRET_KEY, "SECRET_KEY");
  const file = keyFile(settings);
  const stored = readIfThere(file);
  if (stored !== null) return keyOrThrow(stored.trim(), file);
  mkdirSync(settings.DATA_DIR, { recursive: true, mode: 0o711 });
  createOnce(file, `${randomBytes(KEY_BYTES).toString("base64")}\n`);
  return keyOrThrow(readFileSync(file, "utf8").trim(), file);
}

/** Whether there is a key already: given, or made at an earlier start. Makes none. */
export function hasSecretKey(): boolean {
  const settings = orExit(() => parseEnv(process.env));
  return settings.SECRET_KEY !== undefined || readIfThere(keyFile(settings)) !== null;
}

const PASSED_ON = ["PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "SystemRoot"];

/** The environment for a foreign tool: what it needs to run, none of our secrets, and `extra`. */
export function toolEnvironment(extra: Record<string, string> = {}): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const name of PASSED_ON) {
    const value = process.env[name];
    if (value !== undefined) kept[name] = value;
  }
  return { ...kept, ...extra };
}

function keyFile({ DATA_DIR }: Pick<Settings, "DATA_DIR">): string {
  return join(DATA_DIR, "secret.key");
}

function decodeKey(text: string): Buffer | null {
  if (/^[0-9a-f]{64}$/i.test(text)) return Buffer.from(text, "hex");
  if (!/^[A-Za-z0-9+/_-]{43}=?$/.test(text)) return null;
  const bytes = Buffer.from(text, "base64");
  return bytes.length === KEY_BYTES ? bytes : null;
}

function keyOrThrow(text: string, where: string): Buffer {
  const key = decodeKey(text);
  if (key) return key;
  throw new EnvError(
    `${where} must hold 32 bytes in base64; restore it from your own copy, do not replace it.`,
  );
}

function readIfThere(file: string): string | null {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}

/** A link to a finished file is atomic and never replaces: the first of several processes wins. */
function createOnce(file: string, content: string): void {
  const draft = `${file}.${process.pid}.${randomBytes(4).toString("hex")}`;
  const handle = openSync(draft, "wx", 0o600);
  try {
    writeSync(handle, content);
    fsyncSync(handle);
    linkSync(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  } finally {
    closeSync(handle);
    rmSync(draft, { force: true });
  }
}
