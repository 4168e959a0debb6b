import type { Connection, FieldDef } from "pg";
import type { Session } from "#lib/engines/postgres/session";
import type { QueryLimits } from "#lib/engines/types";

export interface Reading {
  readonly fields: readonly Pick<FieldDef, "name" | "dataTypeID" | "dataTypeModifier">[];
  readonly rows: readonly (readonly unknown[])[];
  readonly truncated: boolean;
  /** The connection had to be cut, because more came than can be held. */
  readonly cut: boolean;
}

/** What may come beyond the limit before the connection is cut: the rest of a row, protocol. */
const SLACK_BYTES = 8 * 1024 * 1024;

const [BOOL, INT8, INT2, INT4, OID, FLOAT4, FLOAT8] = [16, 20, 21, 23, 26, 700, 701];
const NUMBERS = new Set([INT8, INT2, INT4, OID, FLOAT4, FLOAT8]);

/** A value in the server's text form as JSON: numbers only where they are exact, else text. */
function jsonValue(text: string | null, type: number): unknown {
  if (text === null) return null;
  if (type === BOOL) return text === "t";
  if (!NUMBERS.has(type)) return text;
  const value = Number(text);
  const exact = type === INT8 ? Number.isSafeInteger(value) : Number.isFinite(value);
  return exact && !Object.is(value, -0) ? value : text;
}

/**
 * Runs one statement through the extended protocol, which takes no second one, and asks its portal for no
 * more rows than the limit and one (manual, 55.2.3): so the server never makes the rest of a huge result.
 */
export function readPortal(session: Session, sql: string, limits: QueryLimits): Promise<Reading> {
  return new Promise((resolve, reject) => {
    let fields: Reading["fields"] = [];
    const rows: unknown[][] = [];
    let full = false;
    let bytes = 0;
    let received = 0;
    let stopListening = () => {};
    const end = (cut: boolean) => {
      stopListening();
      resolve({ fields, rows, truncated: full, cut });
    };
    const count = (data: Buffer) => {
      received += data.length;
      if (received <= limits.maxBytes * 2 + SLACK_BYTES) return;
      full = true;
      session.cut();
      end(true);
    };
    const statement = {
      submit: (connection: Connection) => {
        connection.stream.on("data", count);
        stopListening = () => connection.stream.off("data", count);
        connection.parse({ text: sql, name: "", types: [] }, true);
        connection.bind({}, true);
        connection.describe({ type: "P", name: "" }, true);
        connection.execute({ rows: String(limits.maxRows + 1) }, true);
        connection.sync();
      },
      handleRowDescription: (message: { fields: Reading["fields"] }) => {
        fields = message.fields;
      },
      handleDataRow: ({ fields: texts }: { fields: (string | null)[] }) => {
        if (full) return;
        bytes += texts.reduce((sum, text) => sum + (text === null ? 0 : Buffer.byteLength(text)), 0);
        full = rows.length >= limits.maxRows || bytes > limits.maxBytes;
        if (!full) rows.push(texts.map((text, at) => jsonValue(text, fields[at]?.dataTypeID ?? 0)));
      },
      handlePortalSuspended: () => undefined,
      handleCommandComplete: () => undefined,
      handleEmptyQuery: () => undefined,
      handleReadyForQuery: () => end(false),
      handleError: (error: Error) => {
        stopListening();
        reject(error);
      },
    };
    session.submit(statement);
  });
}
