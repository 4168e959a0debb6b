import { isIP } from "node:net";
import { z } from "zod";
import { passwordField, portField, tlsFields } from "#lib/engines/with-host-config";

const HOST_NAME =
  /^(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*\.?$/i;
/** A host with an optional port; an IPv6 address with a port stands in brackets. */
const ADDRESS = /^(?:\[(?<six>[^\]]+)\]|(?<host>[^:[\]]+))(?::(?<port>\d{1,5}))?$/;

export interface Address {
  readonly host: string;
  /** Null where the text names none. */
  readonly port: number | null;
}

/** One member of a host list, or null where it is none. */
function parseAddress(text: string): Address | null {
  if (isIP(text) === 6) return { host: text, port: null };
  const { six, host = "", port } = ADDRESS.exec(text)?.groups ?? {};
  const number = port === undefined ? null : Number(port);
  const known = six === undefined ? isIP(host) === 4 || HOST_NAME.test(host) : isIP(six) === 6;
  if (!known || (number !== null && (number < 1 || number > 65_535))) return null;
  return { host: six ?? host, port: number };
}

/** The addresses of `a`, `a:27018` or `a:1,b:2`; null where one of them is none. */
export function parseHosts(text: string): Address[] | null {
  const addresses = text.split(",").map((part) => parseAddress(part.trim()));
  return addresses.every((address) => address !== null) ? addresses : null;
}

const plain = (max: number) =>
  z
    .string()
    .max(max)
    .regex(/^[^\p{Cc}]*$/u, "Control characters and line breaks are not allowed.");

/** Characters and length as the manual has them (MongoDB manual, Limits: naming restrictions). */
const databaseName = z
  .string()
  .regex(/^[^/\\. "$*<>:|?\p{Cc}]*$/u, 'The characters / \\ . " $ * < > : | ? and spaces are not allowed.')
  .refine((name) => Buffer.byteLength(name) <= 63, "At most 63 bytes.");

/** Keys as in the contract, section 6, and those of a replica set. */
export const mongodbConfig = z
  .strictObject({
    host: z
      .string()
      .min(1, "Enter the host.")
      .max(2000)
      .refine((text) => parseHosts(text) !== null, "Must be a host, or hosts as in a:27017,b:27017.")
      .meta({ placeholder: "db1:27017,db2:27017" }),
    port: portField(27_017),
    /** Empty: the whole server in one archive. */
    database: databaseName.optional().meta({ words: "database_or_server" }),
    username: plain(255).optional(),
    password: passwordField().optional(),
    auth_source: plain(63).default("admin"),
    replica_set: plain(255).optional(),
    srv: z.boolean().default(false),
    ...tlsFields(),
  })
  .superRefine((config, context) => {
    if (!config.srv) return;
    const [address, ...more] = parseHosts(config.host) ?? [];
    if (more.length > 0 || address?.port !== null || isIP(address.host) !== 0) {
      const message = "With DNS seed lists the host is one name without a port.";
      context.addIssue({ code: "custom", path: ["host"], message });
    }
  });

export type MongodbConfig = z.infer<typeof mongodbConfig>;

/** The one database that a config is about; null for the whole server. */
export const databaseOf = (config: MongodbConfig) => config.database || null;

/** DNS seed lists (mongodb+srv) imply TLS (MongoDB manual, connection strings). */
export const usesTls = (config: MongodbConfig) => config.ssl_enabled || config.srv;

/** The certificate authority to check the server against, or null. */
export function certificateOf(config: MongodbConfig): string | null {
  const pem = config.ssl_ca?.trim() ?? "";
  return usesTls(config) && pem !== "" ? `${pem}\n` : null;
}

/**
 * Whether the server's certificate goes unchecked: TLS was switched on without a CA. A seed list leads to
 * hosted servers, whose certificates the system's own authorities have signed: there it is always checked.
 */
export const skipsCertificate = (config: MongodbConfig) =>
  usesTls(config) && !config.srv && certificateOf(config) === null;
