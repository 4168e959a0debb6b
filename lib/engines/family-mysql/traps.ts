import { compareVersions, type Version } from "#lib/engines/family-mysql/flavour";
import { knowsLibraries } from "#lib/engines/family-mysql/misfits";
import {
  holdsOwnRows,
  type Selection,
  type SourceLook,
  type TableRef,
} from "#lib/engines/family-mysql/source";

/** Table names that one log line lists. */
const NAMES_SHOWN = 20;

/** MariaDB 10.11 and its clients can dump and restore the history of system-versioned tables. */
export function holdsHistory(look: SourceLook, selection: Selection, tool: Version): boolean {
  const able = [look.version, tool].every(
    ({ flavour, number }) => flavour === "mariadb" && compareVersions(number, "10.11") >= 0,
  );
  return able && !look.historyByTransaction && selection.tables.some((table) => table.versioned);
}

/** What a person should know of a backup although it will succeed, one sentence each. */
export function trapsOf(look: SourceLook, selection: Selection, history: boolean, tool: Version): string[] {
  const tables = selection.tables.filter((table) => table.kind === "table");
  const about = (those: readonly TableRef[], say: (names: string) => string) =>
    those.length === 0 ? [] : [say(listed(those))];
  return [
    ...about(
      tables.filter((table) => !table.transactional),
      (names) =>
        "These tables know no transactions, so what is written to them while the dump runs may be half in it: " +
        `${names}. Convert them to InnoDB, or let nobody write meanwhile.`,
    ),
    ...about(
      tables.filter((table) => !holdsOwnRows(table)),
      (names) => `Only the definition of these tables is backed up, their rows lie elsewhere: ${names}.`,
    ),
    ...about(
      tables.filter((table) => table.versioned && !history),
      (names) => `Of these system-versioned tables only the current rows are backed up: ${names}.`,
    ),
    ...(look.mayReadTriggers
      ? []
      : ["The user has no TRIGGER right: triggers cannot be seen and are not part of the backup."]),
    ...(look.libraries.length > 0 && !knowsLibraries(tool)
      ? [`The dump tool knows no libraries, which are not part of the backup: ${look.libraries.join(", ")}.`]
      : []),
    ...(selection.include.length > 0
      ? ["Tables are named, so routines and events of the database are not part of the backup."]
      : []),
  ];
}

function listed(tables: readonly TableRef[]): string {
  const names = tables.slice(0, NAMES_SHOWN).map((table) => `${table.name} (${table.engine})`);
  const more = tables.length - NAMES_SHOWN;
  return `${names.join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}
