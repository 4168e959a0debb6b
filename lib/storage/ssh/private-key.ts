import { createHash, createPrivateKey, type KeyObject } from "node:crypto";
import ssh2, { type ParsedKey } from "ssh2";

/** Why a key cannot be used, and which field of the config has to change. */
export class KeyProblem extends Error {
  readonly field: "private_key" | "passphrase";
  constructor(field: KeyProblem["field"], message: string) {
    super(message);
    this.field = field;
  }
}

const UNREADABLE =
  "This is no private key that can be read. Paste the whole file, from the BEGIN to the END line.";

/** To open an encrypted key takes half a second of CPU, by design; each connection needs it. */
const opened = new Map<string, ParsedKey>();
const MOST_OPENED = 32;
/** The forms of PEM that ssh2 reads, by kind of key. */
const PEM_TYPES: Readonly<Record<string, "pkcs1" | "sec1">> = { rsa: "pkcs1", ec: "sec1" };

/**
 * The key as ssh2 takes it, opened with the passphrase: OpenSSH's own form, or PEM (PKCS#1, SEC1, PKCS#8) of RSA
 * and ECDSA keys. Throws KeyProblem.
 */
export function readPrivateKey(text: string, passphrase: string | undefined): ParsedKey {
  const name = createHash("sha256")
    .update(JSON.stringify([text, passphrase]))
    .digest("base64");
  const key = opened.get(name) ?? parse(tidy(text), passphrase);
  const [oldest] = opened.keys();
  if (opened.size >= MOST_OPENED && oldest !== undefined) opened.delete(oldest);
  return opened.set(name, key) && key;
}

function parse(key: string, passphrase: string | undefined): ParsedKey {
  if (/^(ssh-|ecdsa-|---- BEGIN SSH2 PUBLIC|-----BEGIN [A-Z ]*PUBLIC)/.test(key)) {
    throw new KeyProblem("private_key", "This is a public key. The private one is needed, without .pub.");
  }
  if (/^-----BEGIN (ENCRYPTED |RSA |EC )?PRIVATE KEY-----/.test(key)) return fromPem(key, passphrase);
  const parsed = ssh2.utils.parseKey(key, passphrase);
  if (!(parsed instanceof Error)) {
    if (parsed.isPrivateKey()) return parsed;
    throw new KeyProblem("private_key", UNREADABLE);
  }
  if (/no passphrase given/.test(parsed.message)) throw locked();
  if (/bad passphrase/.test(parsed.message) || "opensslErrorStack" in parsed) throw wrong();
  const isKnown = /^Unsupported .*(cipher|kdf|type)/.test(parsed.message);
  throw new KeyProblem("private_key", isKnown ? `This key cannot be used: ${parsed.message}.` : UNREADABLE);
}

/** Unix line ends; a key that lost its line breaks on the way through a one-line field gets them back. */
function tidy(text: string): string {
  const lines = text.replaceAll("\\n", "\n").replaceAll(/\r\n?/g, "\n").trim();
  const flat = /^(-----BEGIN [A-Z ]+-----)\s+([A-Za-z0-9+/=\s]+?)\s+(-----END [A-Z ]+-----)$/.exec(lines);
  if (!flat) return lines;
  const body = (flat[2] ?? "").replaceAll(/\s+/g, "");
  return [flat[1], ...(body.match(/.{1,64}/g) ?? []), flat[3]].join("\n");
}

function fromPem(key: string, passphrase: string | undefined): ParsedKey {
  const isLocked = /ENCRYPTED/.test(key);
  if (isLocked && !passphrase) throw locked();
  let plain: KeyObject;
  try {
    plain = createPrivateKey({ key, ...(passphrase === undefined ? {} : { passphrase }) });
  } catch {
    throw isLocked ? wrong() : new KeyProblem("private_key", UNREADABLE);
  }
  const type = PEM_TYPES[plain.asymmetricKeyType ?? ""];
  const parsed = type && ssh2.utils.parseKey(plain.export({ type, format: "pem" }).toString());
  if (parsed && !(parsed instanceof Error)) return parsed;
  const message = "Keys of this kind are read in OpenSSH form only: convert it with ssh-keygen -p -f FILE.";
  throw new KeyProblem("private_key", message);
}

const locked = () => new KeyProblem("passphrase", "This key is encrypted. Enter its passphrase.");
const wrong = () => new KeyProblem("passphrase", "The passphrase does not open this key.");
