import { AppError } from "#lib/core/errors";

/** Strings, quoted names and plain comments. A comment that begins with /*! is run by the server and stays. */
const OPAQUE =
  /'(?:[^'\\]|\\.|'')*'|"(?:[^"\\]|\\.|"")*"|`(?:[^`]|``)*`|\/\*(?!M?!)(?:[^*]|\*(?!\/))*\*\/|--(?=[\s\p{Cc}]|$)[^\n]*|#[^\n]*/gsu;
const RUN_COMMENT = /\/\*M?!\d*|\*\//g;
const READS = /^[\s(]*(SELECT|WITH|SHOW|DESCRIBE|DESC|EXPLAIN|VALUES|TABLE|CHECKSUM)\b/i;
const WRITES_FILE = /\bINTO\s+(OUTFILE|DUMPFILE)\b/i;

/**
 * Lets through only statements that read. The server's read-only transaction refuses changes of data and
 * definitions, but neither SET GLOBAL, KILL or SHUTDOWN, nor a block that commits first, nor files that it
 * writes itself. Throws QUERY_EXECUTION_FAILED.
 */
export function assertReads(sql: string): void {
  const bare = sql.replace(OPAQUE, (part) => (/^['"`]/.test(part) ? "''" : " ")).replace(RUN_COMMENT, " ");
  if (READS.test(bare) && !WRITES_FILE.test(bare)) return;
  throw new AppError(
    "QUERY_EXECUTION_FAILED",
    "Only statements that read are allowed here: SELECT, WITH, VALUES, SHOW, DESCRIBE and EXPLAIN.",
  );
}
