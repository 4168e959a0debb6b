import type { ErrorCode } from "#lib/core/errors";

/**
 * Numbers are the server's (1000 and up) and the client library's (2000 and up); texts are the system's codes.
 * @see https://dev.mysql.com/doc/mysql-errors/8.4/en/ https://mariadb.com/kb/en/mariadb-error-code-reference/
 */
export interface ConnectionWords {
  readonly codes: readonly string[];
  readonly when?: RegExp;
  readonly say: string;
  readonly reason: "timeout" | "auth_failed" | "unreachable" | "error";
}

const UNREACHABLE: readonly ConnectionWords[] = [
  {
    codes: ["ECONNREFUSED"],
    when: /Can't connect to .*\((?:111|61)\b|Connection refused/,
    say: "The connection was refused: nothing listens on that host and port.",
    reason: "unreachable",
  },
  {
    codes: ["ENOTFOUND", "2005"],
    say: "The host name is unknown.",
    reason: "unreachable",
  },
  { codes: ["EAI_AGAIN"], say: "The host name could not be looked up.", reason: "unreachable" },
  {
    codes: ["ETIMEDOUT"],
    when: /\(110\b|timed out/,
    say: "The server did not answer in time. Check host, port and firewall.",
    reason: "timeout",
  },
  { codes: ["EHOSTUNREACH"], say: "The host cannot be reached from here.", reason: "unreachable" },
  {
    codes: ["ENETUNREACH"],
    say: "The network of the host cannot be reached from here.",
    reason: "unreachable",
  },
  {
    codes: ["ECONNRESET", "PROTOCOL_CONNECTION_LOST", "EPIPE"],
    say: "The connection was cut by the server or by something between.",
    reason: "unreachable",
  },
  { codes: ["2002", "2003"], say: "The server cannot be reached.", reason: "unreachable" },
  {
    codes: ["1040", "1203", "1226"],
    say: "The server has too many connections; none is free for this user.",
    reason: "unreachable",
  },
  {
    codes: ["1129"],
    say: "The server blocks this machine after too many failed connections: run FLUSH HOSTS there.",
    reason: "unreachable",
  },
  {
    codes: ["1053", "1927"],
    say: "The server ended the connection (it is shutting down, or an administrator did).",
    reason: "unreachable",
  },
];

const AUTHENTICATION: readonly ConnectionWords[] = [
  { codes: ["1045", "1698"], say: "The user name or password is wrong.", reason: "auth_failed" },
  { codes: ["1044"], say: "The user may not use this database.", reason: "auth_failed" },
  {
    codes: ["1130"],
    say: "The server does not allow this user from this machine's address.",
    reason: "auth_failed",
  },
  {
    codes: ["1820", "1862"],
    say: "The user's password has expired and must be changed first.",
    reason: "auth_failed",
  },
  { codes: ["3118", "4151"], say: "The user's account is locked.", reason: "auth_failed" },
  {
    codes: ["2059"],
    when: /auth(entication)? plugin .*(cannot|could not) be loaded/i,
    say:
      "The client on this machine lacks the plug-in by which this user logs in: install the whole client package " +
      "(mysql-client or mariadb-client) of the server's own flavour.",
    reason: "auth_failed",
  },
  {
    codes: ["1251", "1524", "2061", "AUTH_SWITCH_PLUGIN_ERROR"],
    when: /unknown plugin|requires secure connection/i,
    say:
      "The user logs in by a method that is not supported here: switch TLS on, or give the user " +
      "mysql_native_password (MariaDB) or caching_sha2_password (MySQL).",
    reason: "auth_failed",
  },
];

const TLS: readonly ConnectionWords[] = [
  {
    codes: ["3159"],
    when: /insecure transport are prohibited/,
    say: "The server accepts only TLS: switch SSL on.",
    reason: "error",
  },
  {
    codes: ["HANDSHAKE_NO_SSL_SUPPORT"],
    when: /does not support (secure|SSL)|SSL is required/i,
    say: "The server does not support TLS: switch SSL off.",
    reason: "error",
  },
  {
    codes: ["DEPTH_ZERO_SELF_SIGNED_CERT"],
    say: "The server's certificate is self-signed and not the given one.",
    reason: "error",
  },
  {
    codes: [
      "SELF_SIGNED_CERT_IN_CHAIN",
      "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
      "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
    ],
    say: "The server's certificate is not signed by the given CA.",
    reason: "error",
  },
  {
    codes: ["ERR_TLS_CERT_ALTNAME_INVALID"],
    when: /does not match certificate's altnames/,
    say: "The server's certificate is for another host name.",
    reason: "error",
  },
  { codes: ["CERT_HAS_EXPIRED"], say: "The server's certificate has expired.", reason: "error" },
  {
    codes: ["2026", "HANDSHAKE_SSL_ERROR"],
    when: /certificate verif|TLS\/SSL error|unable to verify|self.signed certificate/i,
    say: "The server's certificate could not be verified.",
    reason: "error",
  },
];

/** Errors that end a connection attempt. First match wins. */
export const CONNECTION_ERRORS: readonly ConnectionWords[] = [
  ...AUTHENTICATION,
  ...TLS,
  ...UNREACHABLE,
  { codes: ["1049"], say: "The database does not exist on this server.", reason: "error" },
];

/** What to do about an error of a dump, restore or query. `task`: only then. */
export interface Advice {
  readonly codes: readonly string[];
  readonly when?: RegExp;
  readonly task?: ErrorCode;
  readonly say: string;
}

export const ADVICE: readonly Advice[] = [
  {
    codes: [],
    when: /Unknown database .*when selecting the database/,
    task: "DUMP_FAILED",
    say:
      "Clients escape the name of a database twice where they dump events and routines: a database that has such and whose " +
      "name holds a quote or a backslash cannot be backed up under that name.",
  },
  {
    codes: ["1227", "1044", "1142", "1143", "1370"],
    when: /insufficient privileges/,
    task: "DUMP_FAILED",
    say:
      "The user lacks a right. A backup needs SELECT, SHOW VIEW, TRIGGER, EVENT and LOCK TABLES on the database, and for " +
      "routines of other users SHOW_ROUTINE (MySQL) or SELECT on mysql.proc (MariaDB); PROCESS and RELOAD are not needed.",
  },
  {
    codes: ["1227"],
    task: "RESTORE_FAILED",
    say:
      "The backup holds views, triggers, routines or events of another user (DEFINER). To create these the restoring user " +
      "needs SET USER (MariaDB), SET_ANY_DEFINER or SET_USER_ID (MySQL), or SUPER.",
  },
  {
    codes: ["1044", "1142", "1143", "1370"],
    task: "RESTORE_FAILED",
    say:
      "The user lacks a right. A restore needs SELECT, INSERT, CREATE, DROP, ALTER, INDEX, REFERENCES, CREATE VIEW, " +
      "CREATE ROUTINE, ALTER ROUTINE, EVENT, TRIGGER and LOCK TABLES on the database.",
  },
  {
    codes: ["1419"],
    say:
      "The server writes a binary log and does not trust the user with routines and triggers: set " +
      "log_bin_trust_function_creators=1 there for the restore, or use a user with SUPER.",
  },
  {
    codes: ["1050", "1304", "1359", "1537", "4125"],
    task: "RESTORE_FAILED",
    say: "The target already holds objects of that name: choose to drop what exists.",
  },
  {
    codes: ["3105", "6136"],
    task: "RESTORE_FAILED",
    say:
      "MariaDB's dump tool writes values of generated columns and vectors so that MySQL does not take them: restore such a " +
      "backup into MariaDB, and make backups of this server by MySQL's client tools.",
  },
  {
    codes: ["1840", "3546"],
    task: "RESTORE_FAILED",
    say: "The dump sets the GTIDs of its server, which this one has already: make it with --set-gtid-purged=OFF.",
  },
  {
    codes: ["1153", "2006", "2020"],
    when: /max_allowed_packet/,
    say: "If a row is very large, raise max_allowed_packet on the server (at most 1G), for restores to over twice its size.",
  },
  {
    codes: ["1273", "1115"],
    say:
      "This server does not know that collation: MySQL 8 and MariaDB have some of their own, and older versions lack newer " +
      "ones. Restore into a server of the flavour and version of the source.",
  },
  {
    codes: ["1231"],
    say: "This server does not know a setting of the backup's server: restore into one of its flavour and version.",
  },
  {
    codes: ["1356", "1449"],
    task: "DUMP_FAILED",
    say: "A view refers to something (or to a user) that no longer exists: repair it, or exclude it from the backup.",
  },
  {
    codes: ["1356", "1449"],
    say: "A view refers to something (or to a user) that does not exist on this server.",
  },
  { codes: ["1412"], say: "A table was altered while the dump ran: run it again when no migration runs." },
  {
    codes: ["2013"],
    say:
      "The server ended the connection. If the storage was slow for a while, the server may have lost patience: raise " +
      "net_write_timeout there, for example SET GLOBAL net_write_timeout=600.",
  },
  { codes: ["1205"], say: "Somebody else holds a lock on what is to be changed: try again later." },
  { codes: ["1290", "1836"], say: "The server is read-only." },
  { codes: ["1114", "1021", "3"], say: "The server has no space left." },
  { codes: ["1969", "3024"], task: "QUERY_EXECUTION_FAILED", say: "It took longer than allowed." },
  { codes: ["1792"], task: "QUERY_EXECUTION_FAILED", say: "Only reading is allowed here." },
];
