import type { RunningTool } from "#lib/streams/process";
import { untilAbort } from "#lib/streams/until-abort";

/**
 * Gives `source` on to one reader. `passed` resolves when the reader came to its end; it rejects with what broke
 * the source off, or with the abort's reason where the reader just stopped.
 */
export function passing<T>(
  source: AsyncIterable<T>,
  signal: AbortSignal,
): { readonly blocks: AsyncGenerator<T>; readonly passed: Promise<void> } {
  const end = Promise.withResolvers<void>();
  const passed = untilAbort(end.promise, signal);
  // Awaited with the tool's exit or a copy's check; until then a failure must not count as unhandled.
  for (const promise of [end.promise, passed]) promise.catch(() => undefined);
  const blocks = (async function* () {
    try {
      yield* source;
      end.resolve();
    } catch (error) {
      end.reject(error);
      throw error;
    }
  })();
  return { blocks, passed };
}

/** The tool's exit and the stream's end, both; where either fails the tool is ended. It is gone afterwards. */
export async function exitAndEnd(tool: RunningTool, passed: Promise<void>): Promise<void> {
  try {
    await Promise.all([tool.finished, passed]);
  } catch (error) {
    tool.kill();
    // Only its end is waited for: why it ends now is what is thrown.
    await tool.finished.catch(() => undefined);
    throw error;
  }
}
