/** The executions that this process runs right now, by id. */
const running = new Map<string, { poke(): void }>();

export function trackRunning(executionId: string, held: { poke(): void }): () => void {
  running.set(executionId, held);
  return () => running.delete(executionId);
}

/** Makes the run of an execution look at once whether it was cancelled; nothing where it runs elsewhere. */
export function pokeRunning(executionId: string): void {
  running.get(executionId)?.poke();
}

export function runningCount(): number {
  return running.size;
}
