import { readdirSync, readFileSync } from "node:fs";
import { vi } from "vitest";
import type { EngineIo } from "#lib/engines/types";

/** Command lines of all processes that are not this one's own, and their pids. */
export function commandLines(): { pid: number; line: string }[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        return [{ pid: Number(pid), line: readFileSync(`/proc/${pid}/cmdline`, "utf8") }];
      } catch {
        return [];
      }
    });
}

/** Processes whose environment or arguments hold a path of this io: its tools. */
export function toolsOf(io: EngineIo): { pid: number; line: string; environment: string }[] {
  return commandLines().flatMap(({ pid, line }) => {
    try {
      const environment = readFileSync(`/proc/${pid}/environ`, "utf8");
      return `${line}${environment}`.includes(io.tempDirectory) ? [{ pid, line, environment }] : [];
    } catch {
      return [];
    }
  });
}

/** Its tools, once there are some: a process that is just being replaced by another program shows nothing. */
export function untilRunning(io: EngineIo) {
  return vi.waitUntil(
    () => {
      const tools = toolsOf(io);
      return tools.length > 0 && tools;
    },
    { timeout: 30_000 },
  );
}
