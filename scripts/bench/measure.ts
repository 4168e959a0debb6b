import { spawn } from "node:child_process";

export interface Sample {
  readonly seconds: number;
  readonly output: string;
}

/** Runs a program to its end and times the whole process. Rejects with its stderr where it fails. */
export async function timed(file: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<Sample> {
  const start = performance.now();
  const child = spawn(file, args, { env, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  let errors = "";
  child.stdout.on("data", (chunk: Buffer) => {
    output += chunk.toString();
  });
  child.stderr.on("data", (chunk: Buffer) => {
    errors += chunk.toString();
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  if (code !== 0) throw new Error(`${file} exited with ${code}: ${errors.slice(-2000)}`);
  return { seconds: (performance.now() - start) / 1000, output };
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}

export interface Pair {
  readonly reference: number;
  readonly product: number;
  /** Median of the pairs' own ratios, product to reference: steadier on a machine whose speed drifts. */
  readonly ratio: number;
}

/** Runs both sides in turn, the order changing from pair to pair; medians in seconds. */
export async function pairs(
  count: number,
  reference: () => Promise<number>,
  product: () => Promise<number>,
): Promise<Pair> {
  const samples: { reference: number; product: number }[] = [];
  for (let index = 0; index < count; index += 1) {
    if (index % 2 === 0) {
      const first = await reference();
      samples.push({ reference: first, product: await product() });
    } else {
      const first = await product();
      samples.push({ product: first, reference: await reference() });
    }
    const { reference: theirs = 0, product: ours = 0 } = samples.at(-1) ?? {};
    process.stdout.write(
      `  pair ${index + 1}: reference ${theirs.toFixed(2)} s, product ${ours.toFixed(2)} s\n`,
    );
  }
  return {
    reference: median(samples.map((sample) => sample.reference)),
    product: median(samples.map((sample) => sample.product)),
    ratio: median(samples.map((sample) => sample.product / sample.reference)),
  };
}
