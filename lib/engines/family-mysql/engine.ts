import { type MysqlConfig, mysqlConfig } from "#lib/engines/family-mysql/config";
import { mysqlDatabases } from "#lib/engines/family-mysql/databases";
import { dumpMysql } from "#lib/engines/family-mysql/dump";
import { explainMysql } from "#lib/engines/family-mysql/explain";
import { FLAVOUR_LABEL, type Flavour } from "#lib/engines/family-mysql/flavour";
import { probeMysql } from "#lib/engines/family-mysql/probe";
import { queryMysql } from "#lib/engines/family-mysql/query";
import { restoreMysql } from "#lib/engines/family-mysql/restore";
import { describeSchema } from "#lib/engines/family-mysql/schema";
import { reportTools, toolDirectories } from "#lib/engines/family-mysql/tools";
import { mysqlVerification } from "#lib/engines/family-mysql/verification";
import type { Engine, EngineIo } from "#lib/engines/types";

/**
 * One flavour by its own dump tool and client. `directories` says where these are looked for; without it,
 * wherever packages put them on this machine.
 */
export function createFamilyEngine(flavour: Flavour, directories?: readonly string[]): Engine<MysqlConfig> {
  const places = async () => directories ?? (await toolDirectories());
  return {
    type: flavour,
    label: FLAVOUR_LABEL[flavour],
    config: mysqlConfig,
    subject: (config) => config.database,
    probe: (config, io) => explained(io, () => probeMysql(flavour, config, io)),
    dump: async (config, options, io) => dumpMysql(flavour, config, options, io, await places()),
    choices: ["tables"],
    restore: async (config, bytes, options, io) =>
      restoreMysql(flavour, config, bytes, options, io, await places()),
    explain: (error) => explainMysql(error),
    tools: async () => reportTools(flavour, await places()),
    verification: mysqlVerification,
    databases: mysqlDatabases,
    schema: (config, io) => explained(io, () => describeSchema(config, io.signal)),
    query: queryMysql,
  };
}

async function explained<T>(io: EngineIo, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    io.signal.throwIfAborted();
    throw explainMysql(error);
  }
}
