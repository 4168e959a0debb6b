import { AppError } from "#lib/core/errors";

/** What may hide something else, in the order in which the server's own scanner looks for it (manual, 4.1). */
const PART = {
  // Not \s: a no-break space is a letter to the server.
  space: /[ \t\n\r\f\v]+|--[^\n\r]*/y,
  comment: /\/\*|\*\//g,
  // After E a backslash escapes, also in the pieces that continue the string on further lines.
  escaped: /[eE]'(?:[^'\\]|\\.|'')*'(?:(?:[ \t\n\r\f\v]|--[^\n\r]*[\n\r])+'(?:[^'\\]|\\.|'')*')*/sy,
  unicode: /[uU]&"/y,
  word: /[A-Za-z_\u{80}-\u{10ffff}][\w$\u{80}-\u{10ffff}]*/uy,
  text: /'(?:[^']|'')*(?:'|$)/y,
  dollar: /\$(?:[A-Za-z_\u{80}-\u{10ffff}][\w\u{80}-\u{10ffff}]*)?\$/uy,
  name: /"(?:[^"]|"")*(?:"|$)/y,
} as const;

const READS = /^[\s(]*(SELECT|WITH|VALUES|TABLE|SHOW|EXPLAIN)\b/i;
/** EXPLAIN ANALYZE makes the table of a CREATE TABLE AS or SELECT INTO, which no server refuses here. */
const EXPLAINS_CHANGE = /^\s*EXPLAIN\b.*(?<!")\b(CREATE|INTO)\b(?!")/is;

/**
 * Functions of the server that leave the read-only transaction: they change its settings, run a text as a
 * statement, or act on files, other sessions, other servers or the server itself.
 */
const REACHES_OUT = new RegExp(
  `\\b(${[
    "set_config|query_to_xml\\w*|cursor_to_xml\\w*|ts_stat|ts_rewrite|crosstab\\w*|connectby|xpath_table|dblink\\w*",
    "lo_(?!get\\b)\\w+|lowrite|loread|pg_read_\\w*file|pg_stat_file|pg_file_\\w+|pg_ls_\\w+",
    "pg_terminate_backend|pg_cancel_backend|pg_reload_conf|pg_rotate_logfile\\w*|pg_promote|pg_switch_\\w+",
    "pg_create_\\w+|pg_drop_\\w+|pg_copy_\\w+|pg_logical_\\w+|pg_replication_\\w+|pg_sync_\\w+|pg_wal_replay_\\w+",
    "pg_xlog_replay_\\w+|pg_start_backup|pg_stop_backup|pg_backup_\\w+|pg_stat_reset\\w*|pg_stat_statements_reset",
    "pg_(?:try_)?advisory_\\w+|pg_export_snapshot|pg_log_\\w+|pg_notify|pg_import_\\w+|pg_restore_\\w+|pg_clear_\\w+",
    "binary_upgrade_\\w+",
  ].join("|")})"?\\s*\\(`,
  "i",
);

const refused = (message: string) => new AppError("QUERY_EXECUTION_FAILED", message);

/**
 * Lets through only statements that read. The server's read-only transaction refuses changes of data and
 * definitions, but not COPY to a file or a program, CALL, SET or LISTEN, nor functions that act outside of
 * it. Throws QUERY_EXECUTION_FAILED. Needs standard_conforming_strings, which the session sets.
 */
export function assertReads(sql: string): void {
  const bare = bareText(sql);
  if (bare === null) throw refused('Names written as U&"…" are not allowed here. Write the name itself.');
  if (!READS.test(bare) || EXPLAINS_CHANGE.test(bare)) {
    throw refused(
      "Only statements that read are allowed here: SELECT, WITH, VALUES, TABLE, SHOW and EXPLAIN.",
    );
  }
  const reaching = REACHES_OUT.exec(bare)?.[1];
  if (reaching === undefined) return;
  throw refused(
    `${reaching}() is not allowed here: it acts outside of the read-only transaction. Use psql for that.`,
  );
}

/** The statement without its comments and string constants; null where a name is written in escapes. */
function bareText(sql: string): string | null {
  let bare = "";
  let at = 0;
  const take = (pattern: RegExp): string | null => {
    pattern.lastIndex = at;
    const found = pattern.exec(sql)?.[0] ?? null;
    if (found !== null) at += found.length;
    return found;
  };
  while (at < sql.length) {
    if (sql.startsWith("/*", at)) {
      at = endOfComment(sql, at);
      bare += " ";
    } else if (take(PART.space) !== null) bare += " ";
    else if (take(PART.unicode) !== null) return null;
    else if (take(PART.escaped) !== null || take(PART.text) !== null) bare += "''";
    else {
      const kept = take(PART.word) ?? take(PART.name);
      const tag = kept === null ? take(PART.dollar) : null;
      if (tag !== null) {
        const end = sql.indexOf(tag, at);
        at = end < 0 ? sql.length : end + tag.length;
        bare += "''";
      } else bare += kept ?? sql[at++];
    }
  }
  return bare;
}

/** Comments nest, other than the standard has it (manual, 4.1.5). */
function endOfComment(sql: string, start: number): number {
  let depth = 0;
  PART.comment.lastIndex = start;
  for (let mark = PART.comment.exec(sql); mark !== null; mark = PART.comment.exec(sql)) {
    depth += mark[0] === "/*" ? 1 : -1;
    if (depth === 0) return PART.comment.lastIndex;
  }
  return sql.length;
}
