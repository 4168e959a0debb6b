import { readdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { PrismaPg } from "@prisma/adapter-pg";
import {
  bindMigrationAwareSqlAdapterFactory,
  ColumnTypeEnum,
  DriverAdapterError,
} from "@prisma/driver-adapter-utils";
import type { MigrationList, SchemaEngine, SchemasContainer } from "@prisma/schema-engine-wasm";
import pg from "pg";

const NO_FILTER = { externalTables: [], externalEnums: [] };

/** Where the schema and the migrations lie. */
export interface MigrationFiles {
  readonly schemaDir: string;
  readonly migrationsDir: string;
}

/** The checkout's own schema and migrations. */
export const PROJECT_FILES: MigrationFiles = {
  schemaDir: join(import.meta.dirname, "../../prisma/schema"),
  migrationsDir: join(import.meta.dirname, "../../prisma/migrations"),
};

/** Prisma's schema engine as WebAssembly: the same migrations and bookkeeping as its CLI, no download. */
export class Engine {
  readonly #engine: SchemaEngine;
  readonly #pool: pg.Pool;
  readonly #files: MigrationFiles;

  private constructor(engine: SchemaEngine, pool: pg.Pool, files: MigrationFiles) {
    this.#engine = engine;
    this.#pool = pool;
    this.#files = files;
  }

  /** An engine bound to the database at `url`. Close it after use. */
  static async open(url: string, files: MigrationFiles = PROJECT_FILES): Promise<Engine> {
    const { SchemaEngine } = await loadWasm();
    const pool = new pg.Pool({ connectionString: url, Client: CatalogClient, max: 2 });
    pool.on("error", () => undefined);
    const adapter = bindMigrationAwareSqlAdapterFactory(adapterOf(pool));
    const { files: schemas } = await readSchema(files.schemaDir);
    const datamodels = schemas.map((file): [string, string] => [file.path, file.content]);
    return new Engine(await SchemaEngine.new({ datamodels }, () => undefined, adapter), pool, files);
  }

  /** Applies what is missing, in order; answers the names of what it applied. */
  async apply(): Promise<string[]> {
    const migrationsList = await readMigrations(this.#files.migrationsDir);
    const state = await this.#engine.diagnoseMigrationHistory({
      migrationsList,
      optInToShadowDatabase: false,
      filters: NO_FILTER,
    });
    // Each script runs as one transaction, so one that failed or was interrupted left nothing behind.
    for (const migrationName of state.failedMigrationNames) {
      await this.#engine.markMigrationRolledBack({ migrationName });
    }
    const result = await this.#engine.applyMigrations({ migrationsList, filters: NO_FILTER });
    return result.appliedMigrationNames;
  }

  /** SQL that leads from this database to the schema; empty when they agree. */
  async missingSql(): Promise<string> {
    const schema = await readSchema(this.#files.schemaDir);
    const result = await this.#engine.diff({
      from: { tag: "schemaDatasource", ...schema, configDir: this.#files.schemaDir },
      to: { tag: "schemaDatamodel", ...schema },
      script: true,
      exitCode: true,
      filters: NO_FILTER,
    });
    return result.exitCode === 0 ? "" : (result.stdout ?? "");
  }

  async close(): Promise<void> {
    this.#engine.free();
    await this.#pool.end();
  }
}

/**
 * Prisma's adapter with two repairs: one-letter columns are called what they are, and a script is sent whole.
 * The adapter cuts a script at every semicolon, also inside a function or a string. Sent whole, PostgreSQL
 * does the cutting, and all of it is one transaction.
 */
function adapterOf(pool: pg.Pool): PrismaPg {
  const factory = new PrismaPg(pool);
  const connect = factory.connect.bind(factory);
  factory.connect = async () => {
    const adapter = await connect();
    const queryRaw = adapter.queryRaw.bind(adapter);
    adapter.queryRaw = async (query) => {
      const result = await queryRaw(query);
      const { Uuid, Character } = ColumnTypeEnum;
      return { ...result, columnTypes: result.columnTypes.map((type) => (type === Uuid ? Character : type)) };
    };
    adapter.executeScript = async (script) => {
      await pool.query(script).catch((error: pg.DatabaseError) => {
        throw new DriverAdapterError(explained(error));
      });
    };
    return adapter;
  };
  return factory;
}

/** The engine shows an error's words only in this form. */
function explained(error: pg.DatabaseError): ConstructorParameters<typeof DriverAdapterError>[0] {
  const { code = "XX000", severity = "ERROR", message, detail, column, hint } = error;
  return { kind: "postgres", code, severity, message, detail, column, hint };
}

const SYSTEM_CHAR = 18;
const UUID = 2950;

/**
 * The engine reads system tables whose columns have PostgreSQL's internal one-letter type, which the
 * adapter refuses. No system table has a UUID, so that type stands in until `adapterOf` says what it is.
 */
class CatalogClient extends pg.Client {
  constructor(config?: pg.ClientConfig) {
    super(config);
    this.connection.on("rowDescription", (message: { fields: { dataTypeID: number }[] }) => {
      for (const field of message.fields) {
        if (field.dataTypeID === SYSTEM_CHAR) field.dataTypeID = UUID;
      }
    });
  }
}

type Wasm = typeof import("@prisma/schema-engine-wasm");
let loaded: Promise<Wasm> | undefined;

/** The package expects a bundler to load its .wasm; this does by hand what one would. */
function loadWasm(): Promise<Wasm> {
  loaded ??= (async () => {
    const bindings = await import("@prisma/schema-engine-wasm/schema_engine_bg");
    const place = createRequire(import.meta.url).resolve("@prisma/schema-engine-wasm");
    const module = await WebAssembly.compile(await readFile(place.replace(/\.js$/, "_bg.wasm")));
    const instance = await WebAssembly.instantiate(module, { "./schema_engine_bg.js": relaxed(bindings) });
    const glue = bindings as unknown as Wasm & { __wbg_set_wasm(exports: WebAssembly.Exports): void };
    glue.__wbg_set_wasm(instance.exports);
    // Where the engine leaves its last words when it panics.
    Object.assign(globalThis, { PRISMA_WASM_PANIC_REGISTRY: { set_message: fail } });
    (instance.exports.__wbindgen_start as () => void)();
    return glue;
  })();
  return loaded;
}

/** The engine leaves a timer of ten seconds behind, which would hold the process back from ending. */
function relaxed(bindings: object): WebAssembly.ModuleImports {
  const entries = Object.entries(bindings).map(([name, value]) => {
    if (!name.startsWith("__wbg_setTimeout_")) return [name, value];
    return [name, (callback: () => void, milliseconds: number) => setTimeout(callback, milliseconds).unref()];
  });
  return Object.fromEntries(entries);
}

function fail(message: string): never {
  throw new Error(`Prisma's schema engine failed: ${message}`);
}

async function readSchema(directory: string): Promise<SchemasContainer> {
  const names = (await readdir(directory)).filter((name) => name.endsWith(".prisma")).toSorted();
  const files = names.map(async (name) => ({
    path: join(directory, name),
    content: await readFile(join(directory, name), "utf8"),
  }));
  return { files: await Promise.all(files) };
}

async function readMigrations(directory: string): Promise<MigrationList> {
  const entries = await readdir(directory, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  const directories = names.toSorted().map(async (path) => ({
    path,
    migrationFile: {
      path: "migration.sql",
      content: { tag: "ok" as const, value: await readFile(join(directory, path, "migration.sql"), "utf8") },
    },
  }));
  return {
    baseDir: directory,
    lockfile: { path: "migration_lock.toml", content: 'provider = "postgresql"\n' },
    shadowDbInitScript: "",
    migrationDirectories: await Promise.all(directories),
  };
}
